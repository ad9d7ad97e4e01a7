"""A recogniser that needs no libvosk: the same network as ONNX, over the same HCLr.fst, decoded by kaldi-decoder.

Vosk's wheels have stood still since 2022; this is the insurance. It needs the extra `second-decoder` and is used where
$KRAMPEVAKT_DECODER is "onnx". Its packages and libvosk hold two builds of OpenFst, which may hang in one process.
"""
