"""Times the face_recognition package (dlib: HOG detector, five landmarks, 128-D network) on given files.

    face_recognition_peer.py verify REPEATS A B        milliseconds of each repetition
    face_recognition_peer.py folder REFERENCE FILE...  seconds for all files

Both read the pictures from disk each time, as the package's own command line does. One JSON object on stdout.
"""

import json
import sys
import time

import face_recognition


def encodings(path):
    return face_recognition.face_encodings(face_recognition.load_image_file(path))


def verify(repeats, left, right):
    times, found = [], 0
    for repeat in range(repeats + 2):
        started = time.perf_counter()
        a, b = encodings(left), encodings(right)
        if a and b:
            face_recognition.face_distance(a[:1], b[0])
        # The first two warm files and memory up.
        if repeat >= 2:
            times.append(1000 * (time.perf_counter() - started))
        found = len(a) + len(b)
    return {"ms": times, "faces": found}


def folder(reference, files):
    gallery = encodings(reference)
    faces = 0
    started = time.perf_counter()
    for file in files:
        for face in encodings(file):
            face_recognition.face_distance(gallery, face)
            faces += 1
    return {"seconds": time.perf_counter() - started, "faces": faces, "pictures": len(files)}


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    if verb == "verify":
        print(json.dumps(verify(int(rest[0]), rest[1], rest[2])))
    else:
        print(json.dumps(folder(rest[0], rest[1:])))
