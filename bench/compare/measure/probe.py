"""One call that proves an echo: what comes back is the caller's speech, but for what codecs take.

Speaks Twilio's protocol by itself, so that no code of the servers or of the load tool judges them.
"""

import asyncio
import base64
import hashlib
import hmac
import html
import json
import re
import secrets
import time
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np
import websockets

from contenders import Contender, NotMeasured, Server, Trunkline

RATE, FRAME = 8_000, 160
# Mu-law alone leaves speech about 38 dB over its errors (ITU-T G.711); what is decoded and encoded
# again without a change loses nothing more, and resampling there and back takes a little.
LEAST_SNR_DB = 20.0
LONGEST_SHIFT_MS = 1_000
LINGER_S = 1.0
CLIP = Path(__file__).resolve().parents[2] / "clips/hours.wav"
AGENT = "+19185550103"


def prove_echo(contender: Contender) -> dict:
    """How far above the errors the speech is that came back, in dB.

    `shift_ms` is how much further back the same sound stands in what was heard: what filters hold.
    """
    sent = clip()
    with contender as server:
        url, headers, parameters = stream_of(contender, server)
        back = asyncio.run(call(url, headers, parameters, sent))
    snr, shift = compare(decode(sent), decode(back))
    if snr < LEAST_SNR_DB:
        raise NotMeasured(f"{contender.name}: what comes back is not what was said: {snr:.1f} dB, "
                          f"at least {LEAST_SNR_DB:.0f} are expected")
    return {"snr_db": snr, "shift_ms": shift}


async def call(url: str, headers: dict, parameters: dict, sent: bytes) -> bytes:
    """Says the clip, in frames 20 ms apart, and gives what was heard until a second later."""
    stream, heard = "MZ" + secrets.token_hex(16), bytearray()
    async with websockets.connect(url, additional_headers=headers, compression=None,
                                  subprotocols=["audio.twilio.com"]) as socket:
        async def listen():
            async for text in socket:
                message = json.loads(text)
                if message["event"] == "media":
                    heard.extend(base64.b64decode(message["media"]["payload"]))

        listening = asyncio.create_task(listen())
        await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        await socket.send(json.dumps(start(stream, parameters)))
        began = time.monotonic()
        for number, at in enumerate(range(0, len(sent), FRAME)):
            media = {"track": "inbound", "chunk": str(number + 1), "timestamp": str(number * 20),
                     "payload": base64.b64encode(sent[at : at + FRAME]).decode()}
            await asyncio.sleep(began + number * 0.02 - time.monotonic())
            await socket.send(json.dumps({"event": "media", "sequenceNumber": str(number + 2),
                                          "streamSid": stream, "media": media}))
        await asyncio.sleep(LINGER_S)
        listening.cancel()
    return bytes(heard)


def start(stream: str, parameters: dict) -> dict:
    return {"event": "start", "sequenceNumber": "1", "streamSid": stream,
            "start": {"streamSid": stream, "accountSid": parameters["AccountSid"],
                      "callSid": parameters["CallSid"], "tracks": ["inbound"],
                      "customParameters": parameters["own"],
                      "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1}}}


def stream_of(contender: Contender, server: Server) -> tuple[str, dict, dict]:
    """Where the stream is, the headers that open it, and what `start` must say."""
    call = {"CallSid": "CA" + secrets.token_hex(16), "AccountSid": "AC" + "0" * 32}
    if not isinstance(contender, Trunkline):
        return f"ws://127.0.0.1:{server.port}/media", {}, call | {"own": {}}
    token = (server.folder / "data/local_auth_token").read_text().strip()
    form = call | {"From": "+19185550142", "To": AGENT, "CallStatus": "ringing",
                   "ApiVersion": "2010-04-01", "Direction": "inbound"}
    webhook = server.url + "/twilio/voice/incoming"
    signed = webhook + "".join(name + form[name] for name in sorted(form))
    request = urllib.request.Request(webhook, urllib.parse.urlencode(form).encode(),
                                     {"X-Twilio-Signature": sign(token, signed)})
    twiml = urllib.request.urlopen(request, timeout=10).read().decode()
    found = re.search(r'<Stream[^>]*\surl="([^"]+)"', twiml)
    if not found:
        raise NotMeasured(f"{contender.name}: no <Stream> in the answer to the webhook:\n{twiml}")
    url = html.unescape(found[1])
    own = re.findall(r'<Parameter\s+name="([^"]*)"\s+value="([^"]*)"', twiml)
    own = {html.unescape(name): html.unescape(value) for name, value in own}
    return url, {"X-Twilio-Signature": sign(token, url)}, call | {"own": own}


def sign(token: str, text: str) -> str:
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def compare(sent: np.ndarray, back: np.ndarray) -> tuple[float, float]:
    """Speech over error in dB at the shift that fits best, and that shift in ms.

    The shift is found to a twentieth of a sample: a resampler's own need not be whole. Speech that
    did not come back is error.
    """
    back = np.pad(back, (0, max(len(sent) - len(back), 0)))
    size = 1 << (len(sent) + len(back)).bit_length()
    sent_wave = np.fft.rfft(sent, size)
    likeness = np.fft.irfft(np.fft.rfft(back, size) * np.conj(sent_wave), size)
    most = int(np.argmax(likeness[: LONGEST_SHIFT_MS * RATE // 1_000]))
    turn = -2j * np.pi * np.fft.rfftfreq(size)
    best = (-np.inf, 0.0)
    for shift in most + np.arange(-20, 21) / 20:
        shifted = np.fft.irfft(sent_wave * np.exp(turn * shift), size)[: len(back)]
        error = back - shifted * (shifted @ back) / max(shifted @ shifted, 1.0)
        snr = 10 * np.log10(max(back @ back, 1e-9) / max(error @ error, 1e-9))
        best = max(best, (float(snr), float(shift * 1_000 / RATE)))
    return best


def decode(mulaw: bytes) -> np.ndarray:
    """ITU-T G.711 mu-law to samples of 16 bits."""
    code = ~np.frombuffer(mulaw, np.uint8)
    size = (((code & 0x0F).astype(np.int32) << 3) + 0x84 << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.float64)


def clip() -> bytes:
    """The clip's mu-law, between two stretches of silence, in whole frames."""
    text = CLIP.read_bytes()
    at = text.index(b"data") + 8
    sound = text[at : at + int.from_bytes(text[at - 4 : at], "little")]
    silence = b"\xff" * (RATE // 2)
    whole = silence + sound + silence
    return whole + b"\xff" * (-len(whole) % FRAME)
