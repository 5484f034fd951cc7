//! Local speech: whisper and onnxruntime adapters.
