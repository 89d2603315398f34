"""Eight bounds at once: the test that a search for the nearest triangle does most.

Written as vectors of eight in the compiler's own language, because a loop of eight is left scalar.
Every operation is the plain IEEE one on float64 in every lane, so that any processor gives the same
answers; how many lanes it really does at once is its own affair.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # numba's own, of numba's version
from numba import types
from numba.core import cgutils

from meshes.index.compiled import spelled

LANES = 8
_SINGLES = ir.VectorType(ir.FloatType(), LANES)
_DOUBLES = ir.VectorType(ir.DoubleType(), LANES)
_NEARLY = 1.0 - 1e-12
"""What rounding may take from a bound."""
_ORDER = 1e-20
"""Distances scaled to less than any bound that matters."""


class _Eight:
    """Spells vector arithmetic for one builder; scalars are spread over the lanes."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def spread(self, value: Any) -> Any:
        """Put one number in every lane."""
        if isinstance(value, float):
            return ir.Constant(_DOUBLES, [value] * LANES)
        empty = ir.Constant(_DOUBLES, ir.Undefined)
        first = self.builder.insert_element(empty, value, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.builder.shuffle_vector(first, empty, zeros)

    def larger(self, a: Any, b: Any) -> Any:
        """Lane by lane, the larger of two."""
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)

    def smaller(self, a: Any, b: Any) -> Any:
        """Lane by lane, the smaller of two."""
        return self.builder.select(self.builder.fcmp_ordered("<", a, b), a, b)

    def call(self, name: str, *values: Any) -> Any:
        """Call an LLVM intrinsic on vectors."""
        kind = ir.FunctionType(_DOUBLES, [_DOUBLES] * len(values))
        insert: Any = cgutils.get_or_insert_function
        function = insert(self.builder.module, kind, f"llvm.{name}.v{LANES}f64")
        return self.builder.call(function, values)

    def dot(self, a: tuple[Any, Any, Any], b: tuple[Any, Any, Any]) -> Any:
        """Scalar product of two triples."""
        mul, add = self.builder.fmul, self.builder.fadd
        return add(add(mul(a[0], b[0]), mul(a[1], b[1])), mul(a[2], b[2]))

    def from_axis(self, centre: list[Any], line: list[Any]) -> tuple[Any, Any, Any]:
        """Vector from the axis point nearest to each centre, to the centre."""
        sub, mul = self.builder.fsub, self.builder.fmul
        p, u, length = line[:3], line[3:6], line[6]
        x, y, z = (sub(c, o) for c, o in zip(centre, p, strict=True))
        t = self.dot((x, y, z), (u[0], u[1], u[2]))
        t = self.smaller(self.larger(t, self.spread(0.0)), length)
        return sub(x, mul(t, u[0])), sub(y, mul(t, u[1])), sub(z, mul(t, u[2]))

    def mask(self, bits: Any) -> Any:
        """Eight booleans as the low bits of an int64."""
        byte = self.builder.bitcast(bits, ir.IntType(LANES))
        return self.builder.zext(byte, ir.IntType(64))


def _data(context: Any, builder: Any, kind: Any, array: Any, offset: Any, as_type: Any) -> Any:
    """Pointer to a vector, ``offset`` elements into a contiguous array."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), as_type.as_pointer())


@spelled
def drums_within(
    typing: Any, px: Any, py: Any, pz: Any, ux: Any, uy: Any, uz: Any, length: Any,
    reach: Any, wide: Any, node: Any, keys: Any, first: Any,
) -> Any:  # fmt: skip
    """Which of the eight drums of a wide node may hold something within ``reach`` mm of the axis.

    A bit per lane; ``keys[first : first + 8]`` are lower bounds of the distances, mm, those of
    drums that the axis meets in the order of their centres.
    The separating axis v from the axis point nearest to a centre: the whole needle lies on its near
    side, so |v| minus the drum's reach along v bounds from below. Both sides of the comparison are
    multiplied by |v| and by the drum's half height: no root waits for another, none is divided by,
    and the bounds themselves are not waited for.
    """
    number = types.float64
    signature = types.int64(*[number] * 8, wide, types.int64, keys, types.int64)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        e = _Eight(builder)
        sub, mul = builder.fsub, builder.fmul
        line = [e.spread(a) for a in args[:7]]
        reach_, node_ = e.spread(args[7]), args[9]
        start = builder.mul(node_, ir.Constant(ir.IntType(64), LANES * 8))
        fields = []
        for field in range(7):
            offset = builder.add(start, ir.Constant(ir.IntType(64), LANES * field))
            at = _data(context, builder, signature.args[8], args[8], offset, _SINGLES)
            fields.append(builder.fpext(builder.load(at, align=4), _DOUBLES))
        v = e.from_axis(fields[:3], line)
        half = (fields[3], fields[4], fields[5])
        v2, hh, along = e.dot(v, v), e.dot(half, half), e.dot(v, half)
        away, high = e.call("sqrt", v2), e.call("sqrt", hh)
        beside = e.larger(sub(mul(v2, hh), mul(along, along)), e.spread(0.0))
        beside = mul(fields[6], e.call("sqrt", beside))
        gap = sub(mul(v2, e.spread(1.0 - 1e-13)), e.call("fabs", along))
        apart = mul(sub(gap, mul(reach_, away)), high)
        key = builder.fdiv(sub(gap, builder.fdiv(beside, high)), e.larger(away, e.spread(1e-150)))
        key = e.larger(mul(key, e.spread(_NEARLY)), mul(away, e.spread(_ORDER)))
        out = _data(context, builder, signature.args[10], args[10], args[11], _DOUBLES)
        builder.store(key, out, align=8)
        return e.mask(builder.fcmp_ordered("<=", apart, beside))

    return signature, generate


@spelled
def soon(typing: Any, array: Any, item: Any) -> Any:
    """Tell the processor that an item of a contiguous array is wanted soon; changes nothing."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        at = builder.bitcast(builder.gep(data, [args[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        insert: Any = cgutils.get_or_insert_function
        fetch = insert(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(fetch, [at, *(ir.Constant(number, n) for n in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


@spelled
def lowest_bit(typing: Any, mask: Any) -> Any:
    """Number of the lowest bit that is set, of an int64 that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate
