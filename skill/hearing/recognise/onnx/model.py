"""A Vosk folder, used without libvosk: the other implementation of `SpeechModel` and `Recogniser`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from skill.errors import ModelError
from skill.hearing.recognise.evidence import LeastEvidence, least_evidence
from skill.hearing.recognise.model_folder import check_model_folder
from skill.hearing.recognise.onnx.bigram import Bigram
from skill.hearing.recognise.onnx.decoding_graph import DecodingGraph, decoding_graph
from skill.hearing.recognise.onnx.options import DecodingOptions, read_options
from skill.hearing.recognise.onnx.scores import STEP_S, Scores, ScoreStream, mfcc_options
from skill.messages.message import Message
from skill.model.acoustic import AcousticModel, read_acoustic_model
from skill.model.folder import Folder
from skill.model.network.as_onnx import onnx_network
from skill.model.openfst.lookahead import read_lookahead
from skill.vocabulary import UNKNOWN_WORD

IMPOSSIBLE: Final = 1e4  # a cost beyond any beam
_GRAPHS_KEPT: Final = 8  # about 1 MB each; a listener goes round its grammars
_END_FOUND: Final = 1.0  # what libvosk adds to a score when the end was found before the last frame


@dataclass(frozen=True)
class _Path:
    """The best path of what has been decoded."""

    transitions: Sequence[int]  # one a step
    words: Sequence[int]
    cost: float  # −log likelihood, graph and sound


class OnnxModel:
    """The model in `folder`, decoded by kaldi-decoder.

    Raises ModelError for a folder that can't be used, for one without `[unk]` (unless `allow_without_unknown`),
    and where the packages of the extra `second-decoder` are missing.
    """

    def __init__(self, folder: Path, allow_without_unknown: bool = False) -> None:
        check_model_folder(folder)
        self.least_evidence: LeastEvidence | None = least_evidence(folder)
        self.folder = folder
        self._numbers = Folder(folder).words
        self.has_unknown = self.knows(UNKNOWN_WORD)
        if not self.has_unknown and not allow_without_unknown:
            raise ModelError(Message("hearing.model_would_hear_anything", folder=folder, word=UNKNOWN_WORD))
        try:
            self._load(folder)
        except ImportError as error:
            raise ModelError(
                Message("hearing.second_decoder_missing", package=error.name or error)
            ) from error
        except ValueError as error:
            raise ModelError(Message("hearing.model_broken", folder=folder)) from error
        self._names = {number: word for word, number in self._numbers.items()}
        self._graphs: OrderedDict[tuple[str, ...], DecodingGraph] = OrderedDict()

    def _load(self, folder: Path) -> None:
        import kaldi_decoder
        import kaldifst  # noqa: F401  used later; what is missing is told of now
        import onnxruntime

        self._kaldi_decoder: Any = kaldi_decoder
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        network = onnx_network(folder / "am/final.mdl")
        self._network = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._mfcc = mfcc_options(read_options(folder / "conf/mfcc.conf"))
        self._decoding = DecodingOptions.of(read_options(folder / "conf/model.conf"))
        self._lexicon = read_lookahead((folder / "graph/HCLr.fst").read_bytes())
        acoustic = read_acoustic_model(folder / "am/final.mdl")
        self._outputs = np.array([transition.output for transition in acoustic.transitions])
        self._silences = _transitions_of(acoustic, self._decoding.silence_phones)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word in self._numbers if not word.startswith(("<", "#", "!")))

    def knows(self, word: str) -> bool:
        return word in self._numbers

    def recogniser(self, grammar: Sequence[str]) -> OnnxRecogniser:
        if not grammar:
            raise ValueError("an empty grammar has no graph")
        unknown = {word for entry in grammar for word in entry.split() if not self.knows(word)}
        if unknown:
            raise ValueError(f"these words are not in the model: {sorted(unknown)}")
        return OnnxRecogniser(self, self._graph(tuple(grammar)))

    def score(self, entry: str, samples: bytes) -> float:
        recogniser = self.recogniser([entry])
        return recogniser.score(samples)

    def _graph(self, grammar: tuple[str, ...]) -> DecodingGraph:
        graph = self._graphs.pop(grammar, None)
        if graph is None:
            sentences = [[self._numbers[word] for word in entry.split()] for entry in grammar]
            graph = decoding_graph(self._lexicon, Bigram.of(sentences), len(self._outputs) + 1)
        self._graphs[grammar] = graph
        if len(self._graphs) > _GRAPHS_KEPT:
            self._graphs.popitem(last=False)
        return graph

    def stream(self) -> ScoreStream:
        return ScoreStream(self._network, self._mfcc)

    def decoder(self, graph: DecodingGraph) -> Any:
        chosen = self._decoding
        return self._kaldi_decoder.FasterDecoder(graph.fst, self._kaldi_decoder.FasterDecoderOptions(
            beam=chosen.beam, max_active=chosen.max_active, min_active=chosen.min_active,
        ))  # fmt: skip

    def decodable(self, scores: Scores | None, before: int) -> Any:
        """`before`: steps that the decoder has had already. A column for each transition, the last one to end;
        None for the step that ends."""
        steps = 1 if scores is None else len(scores)
        columns = np.full((steps, len(self._outputs) + 1), -IMPOSSIBLE, np.float32)
        if scores is None:
            columns[:, -1] = 0.0
        else:
            columns[:, :-1] = scores[:, self._outputs]
        return self._kaldi_decoder.DecodableCtc(columns, offset=before)

    def silence_s(self, transitions: Sequence[int]) -> float:
        """At the end."""
        count = 0
        while count < len(transitions) and transitions[-1 - count] in self._silences:
            count += 1
        return count * STEP_S

    def has_ended(self, length_s: float, silence_s: float) -> bool:
        return self._decoding.has_ended(length_s, silence_s)

    def text(self, words: Sequence[int]) -> str:
        return " ".join(self._names[word] for word in words)


def _transitions_of(acoustic: AcousticModel, phones: frozenset[int]) -> frozenset[int]:
    return frozenset(k for k, transition in enumerate(acoustic.transitions, 1) if transition.phone in phones)


class OnnxRecogniser:
    """One grammar on a shared model. It ends an utterance where libvosk would; the pieces are joined as there."""

    def __init__(self, model: OnnxModel, graph: DecodingGraph) -> None:
        self._model = model
        self._graph = graph
        self._pieces: list[str] = []
        self._stream = model.stream()
        self._begin()

    def _begin(self) -> None:
        self._decoder = self._model.decoder(self._graph)
        self._decoder.init_decoding()
        self._steps = 0

    def feed(self, samples: bytes) -> None:
        if self._decode(self._stream.take(samples)) and self._is_over():
            self._close()

    def partial(self) -> str:
        return " ".join([*self._pieces, self._model.text(self._best().words)]).strip()

    def finish(self) -> str:
        self._decode(self._stream.finish())
        self._close()
        self._stream = self._model.stream()
        pieces, self._pieces = self._pieces, []
        return " ".join(pieces)

    def score(self, samples: bytes) -> float:
        """Log-likelihood of the samples, as libvosk counts it; for a new recogniser only."""
        self._decode(self._stream.take(samples))
        found = self._is_over()
        if not found:
            self._decode(self._stream.finish())
        best = self._end()
        return -best.cost + (_END_FOUND if found else 0.0)

    def _decode(self, scores: Scores | None) -> bool:
        """True when there was something new."""
        if scores is None:
            return False
        self._decoder.advance_decoding(self._model.decodable(scores, self._steps))
        self._steps += len(scores)
        return True

    def _best(self) -> _Path:
        import kaldifst

        if not self._steps:
            return _Path((), (), 0.0)
        _, lattice = self._decoder.get_best_path(False)
        _, transitions, words, weight = kaldifst.get_linear_symbol_sequence(lattice)
        return _Path(transitions, words, weight.value1 + weight.value2 + self._graph.start_cost)

    def _end(self) -> _Path:
        """The best path that may end here; where there is none, the best."""
        if self._steps:
            self._decoder.advance_decoding(self._model.decodable(None, self._steps))
        best = self._best()
        if best.transitions and best.transitions[-1] != self._graph.end:
            return replace(best, cost=best.cost - IMPOSSIBLE)
        return best

    def _is_over(self) -> bool:
        transitions = self._best().transitions
        return self._model.has_ended(len(transitions) * STEP_S, self._model.silence_s(transitions))

    def _close(self) -> None:
        if text := self._model.text(self._end().words):
            self._pieces.append(text)
        self._begin()
