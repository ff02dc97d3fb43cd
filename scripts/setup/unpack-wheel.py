"""Takes chosen files out of wheels: unpack-wheel.py DEST RULES WHEEL...

RULES is JSON, a list of [pattern, target]: a file whose whole name matches goes to DEST/target, with \\1 for the first group.
"""

import json
import os
import re
import shutil
import sys
import zipfile

dest, rules, *wheels = sys.argv[1:]
rules = [(re.compile(pattern), target) for pattern, target in json.loads(rules)]
dest = os.path.realpath(dest)
count = 0
for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            match = next(((r, t) for r, t in rules if r.fullmatch(entry.filename)), None)
            if match is None or entry.is_dir():
                continue
            target = os.path.realpath(os.path.join(dest, match[0].sub(match[1], entry.filename)))
            if os.path.commonpath([dest, target]) != dest:
                sys.exit("refused: %s leads outside" % entry.filename)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(entry) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            count += 1
print(count)
