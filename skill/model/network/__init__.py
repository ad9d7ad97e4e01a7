"""The acoustic network of a folder: read from final.mdl, written as ONNX."""
