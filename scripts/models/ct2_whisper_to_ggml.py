#!/usr/bin/env python3
"""Converts Whisper weights from CTranslate2's layout to the ggml file that whisper.cpp loads.

usage: ct2_whisper_to_ggml.py MODEL_FOLDER OUT.bin

MODEL_FOLDER holds model.bin (float weights) and tokenizer.json. Nothing is quantised: tensors are
renamed, the fused attention matrices are split, and matrices are written as 16-bit floats. The
output depends on the input alone, so that its checksum can be pinned. Needs numpy; it runs when
models are set up, never in the product.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

GGML_MAGIC = 0x67676D6C
FLOAT32, FLOAT16 = 0, 1
SAMPLE_RATE, FFT_SIZE = 16_000, 400
CT2_TYPES = {0: np.float32, 4: np.float16}


class Reader:
    """Little-endian values from a byte buffer, one after the other."""

    def __init__(self, data):
        self.data, self.at = memoryview(data), 0

    def take(self, size):
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            sys.exit("model.bin ends too early: is it whole?")
        self.at += size
        return piece

    def number(self, kind):
        kind = "<" + kind
        return struct.unpack(kind, self.take(struct.calcsize(kind)))[0]

    def string(self):
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode()


def read_ct2(path):
    """The variables of a CTranslate2 model by name."""
    reader = Reader(path.read_bytes())
    version = reader.number("I")
    if version < 4:
        sys.exit(f"model.bin has version {version}; 4 or later is needed")
    reader.string()  # the specification's name
    reader.number("I")  # its revision
    variables = {}
    for _ in range(reader.number("I")):
        name = reader.string()
        shape = [reader.number("I") for _ in range(reader.number("B"))]
        kind = reader.number("B")
        data = reader.take(reader.number("I"))
        # Quantised variables are not read here; an attempt to use one fails by name below.
        if kind in CT2_TYPES:
            variables[name] = np.frombuffer(data, CT2_TYPES[kind]).reshape(shape)
    for _ in range(reader.number("I")):
        alias, name = reader.string(), reader.string()
        if name in variables:
            variables[alias] = variables[name]
    return variables


class Weights:
    """CTranslate2's variables in, tensors under OpenAI's names out, in order."""

    def __init__(self, variables):
        self.variables, self.tensors = variables, {}

    def get(self, name):
        if name not in self.variables:
            sys.exit(f"model.bin has no float variable {name}")
        return self.variables[name]

    def layers(self, side):
        prefix = f"{side}/layer_"
        rest = (n[len(prefix) :].split("/")[0] for n in self.variables if n.startswith(prefix))
        return 1 + max((int(number) for number in rest if number.isdigit()), default=-1)

    def copy(self, target, source):
        self.tensors[target] = self.get(source)

    def norm(self, target, source):
        self.copy(f"{target}.weight", f"{source}/gamma")
        self.copy(f"{target}.bias", f"{source}/beta")

    def linear(self, target, source):
        self.copy(f"{target}.weight", f"{source}/weight")
        self.copy(f"{target}.bias", f"{source}/bias")

    def split(self, targets, source):
        weights = np.split(self.get(f"{source}/weight"), len(targets))
        biases = np.split(self.get(f"{source}/bias"), len(targets))
        for target, weight, bias in zip(targets, weights, biases):
            self.tensors[f"{target}.weight"] = weight
            if not target.endswith(".key"):
                self.tensors[f"{target}.bias"] = bias
            elif bias.any():
                sys.exit(f"{source}: whisper's keys have no bias, but these have")

    def block(self, side, number):
        target, source = f"{side}.blocks.{number}", f"{side}/layer_{number}"
        attention, own = f"{target}.attn", f"{source}/self_attention"
        self.norm(f"{target}.attn_ln", f"{own}/layer_norm")
        self.split([f"{attention}.{part}" for part in ("query", "key", "value")], f"{own}/linear_0")
        self.linear(f"{attention}.out", f"{own}/linear_1")
        if side == "decoder":
            cross, other = f"{target}.cross_attn", f"{source}/attention"
            self.norm(f"{cross}_ln", f"{other}/layer_norm")
            self.linear(f"{cross}.query", f"{other}/linear_0")
            self.split([f"{cross}.key", f"{cross}.value"], f"{other}/linear_1")
            self.linear(f"{cross}.out", f"{other}/linear_2")
        self.norm(f"{target}.mlp_ln", f"{source}/ffn/layer_norm")
        self.linear(f"{target}.mlp.0", f"{source}/ffn/linear_0")
        self.linear(f"{target}.mlp.2", f"{source}/ffn/linear_1")


def renamed(variables):
    """All tensors in the order in which the pinned file holds them."""
    weights = Weights(variables)
    for side in ("encoder", "decoder"):
        weights.copy(f"{side}.positional_embedding", f"{side}/position_encodings/encodings")
    for conv in ("conv1", "conv2"):
        weights.linear(f"encoder.{conv}", f"encoder/{conv}")
    for side in ("encoder", "decoder"):
        for number in range(weights.layers(side)):
            weights.block(side, number)
    weights.norm("encoder.ln_post", "encoder/layer_norm")
    weights.norm("decoder.ln", "decoder/layer_norm")
    weights.copy("decoder.token_embedding.weight", "decoder/embeddings/weight")
    return weights


def header(weights):
    tensors = weights.tensors
    vocabulary, width = tensors["decoder.token_embedding.weight"].shape
    heads = width // 64
    audio_positions = tensors["encoder.positional_embedding"].shape[0]
    text_positions = tensors["decoder.positional_embedding"].shape[0]
    mels = tensors["encoder.conv1.weight"].shape[1]
    fields = [GGML_MAGIC, vocabulary, audio_positions, width, heads, weights.layers("encoder")]
    fields += [text_positions, width, heads, weights.layers("decoder"), mels, FLOAT16]
    return fields, mels, vocabulary


def mel_filters(bands):
    """Triangles on Slaney's mel scale with equal areas, as librosa makes them."""

    def to_mel(hertz):
        hertz = np.asarray(hertz, float)
        mel = hertz / (200 / 3)
        high = hertz >= 1000
        mel[high] = 15 + np.log(hertz[high] / 1000) / (np.log(6.4) / 27)
        return mel

    def to_hertz(mel):
        hertz = mel * (200 / 3)
        high = mel >= 15
        hertz[high] = 1000 * np.exp((np.log(6.4) / 27) * (mel[high] - 15))
        return hertz

    bins = np.linspace(0, SAMPLE_RATE / 2, FFT_SIZE // 2 + 1)
    low, high = to_mel([0.0, SAMPLE_RATE / 2])
    edges = to_hertz(np.linspace(low, high, bands + 2))
    widths, slopes = np.diff(edges), edges[:, None] - bins[None]
    falling, rising = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(falling, rising))
    return (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def text_tokens(folder, vocabulary):
    """The bytes of each text token; GPT-2's tokenizer writes every byte as a printable letter."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable}
    byte_of |= {chr(256 + i): byte for i, byte in enumerate(others)}
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf8"))
    text_of = {number: text for text, number in tokenizer["model"]["vocab"].items()}
    count = 50257 if vocabulary >= 51865 else 50256  # multilingual models have one more
    return [bytes(byte_of[letter] for letter in text_of[number]) for number in range(count)]


def write_tensor(file, name, tensor):
    tensor = np.squeeze(tensor)
    if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
        tensor = tensor.reshape(-1, 1)
        kind = FLOAT32
    else:
        small = tensor.ndim < 2 or name.endswith("positional_embedding")
        kind = FLOAT32 if small else FLOAT16
    dtype = np.float32 if kind == FLOAT32 else np.float16
    encoded = name.encode()
    file.write(struct.pack("<3i", tensor.ndim, len(encoded), kind))
    file.write(struct.pack(f"<{tensor.ndim}i", *tensor.shape[::-1]))
    file.write(encoded)
    file.write(np.ascontiguousarray(tensor, dtype=dtype).tobytes())


def main(folder, out):
    weights = renamed(read_ct2(folder / "model.bin"))
    fields, mels, vocabulary = header(weights)
    tokens = text_tokens(folder, vocabulary)
    with open(out, "wb") as file:
        file.write(struct.pack("<12i", *fields))
        filters = mel_filters(mels)
        file.write(struct.pack("<2i", *filters.shape))
        file.write(filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            file.write(struct.pack("<i", len(token)))
            file.write(token)
        for name, tensor in weights.tensors.items():
            write_tensor(file, name, tensor)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
