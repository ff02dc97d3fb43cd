/**
 * Every picture of the sample set. A row is [backdrop, tint, mood, yaw, elevation, fill, more]: angles in degrees, `fill` the share of the frame's
 * width or height, whichever is tighter. The first row of an object is its reference, the others are its probes.
 */
const PAPER = 'paper'
const own = null

const ENROLLED = {
  'Dotted mug': [
    'dottedMug',
    [
      [PAPER, 0xd9c7ae, 'studio', -24, 17, 0.68],
      ['walnut', own, 'window', -48, 22, 0.62, { shift: [-0.08, -0.06] }],
      ['kitchen', own, 'overcast', 20, 12, 0.56, { shift: [0.12, 0] }],
      ['linen', 0xcbbd9f, 'evening', -150, 28, 0.6, { roll: 3 }],
    ],
  ],
  'Striped mug': [
    'stripedMug',
    [
      [PAPER, 0xdccbab, 'studio', -24, 17, 0.68],
      ['oak', own, 'north', -62, 15, 0.6, { shift: [-0.1, -0.04] }],
      ['gingham', 0xb5534a, 'sun', 16, 24, 0.56],
      ['brick', own, 'lamplight', -160, 14, 0.55, { shift: [0.12, -0.08], light: -40 }],
    ],
  ],
  Teapot: [
    'teapot',
    [
      [PAPER, 0xe3c6b0, 'studio', -14, 15, 0.7],
      ['walnut', 0xa68f74, 'evening', 24, 20, 0.62, { shift: [0.05, -0.08] }],
      ['kitchen', 0xc9d8d6, 'window', -48, 13, 0.6],
      ['gingham', 0x4c7a9c, 'overcast', 158, 26, 0.6, { shift: [-0.06, 0] }],
    ],
  ],
  'Rubber duck': [
    'duck',
    [
      [PAPER, 0xb9cfd6, 'studio', -32, 13, 0.7],
      ['kitchen', 0x9fc4c8, 'north', 24, 12, 0.6, { shift: [-0.1, -0.05] }],
      ['grass', own, 'sun', -62, 17, 0.6, { shift: [0.1, -0.05] }],
      ['oak', 0xcdd8cf, 'evening', -8, 24, 0.56, { light: -55 }],
    ],
  ],
  'Beach ball': [
    'beachBall',
    [
      [PAPER, 0xd6cfbd, 'studio', 10, 14, 0.66, { tumble: [0.5, 0.45] }],
      ['beach', own, 'sun', -24, 12, 0.56, { tumble: [0.65, 0.2], shift: [-0.14, -0.08] }],
      ['grass', own, 'overcast', 36, 18, 0.54, { tumble: [0.35, 0.6], shift: [0.12, -0.06] }],
      ['walnut', 0xb9a58c, 'lamplight', 0, 20, 0.6, { tumble: [0.7, 0.7] }],
    ],
  ],
  'Toy car': [
    'car',
    [
      [PAPER, 0xe4cfa2, 'studio', -32, 16, 0.74],
      ['oak', 0xe4d3c0, 'window', -56, 13, 0.64, { shift: [-0.06, -0.1] }],
      ['brick', 0xc98a62, 'north', 28, 18, 0.66, { shift: [0.05, -0.06] }],
      ['rug', own, 'evening', -146, 24, 0.64, { roll: -2 }],
    ],
  ],
  Cactus: [
    'cactus',
    [
      [PAPER, 0xe3c5ac, 'studio', -12, 12, 0.74],
      ['slate', own, 'sun', 16, 10, 0.66, { shift: [-0.2, -0.04], light: -46 }],
      ['linen', 0xd9cdb8, 'north', -42, 18, 0.64, { shift: [0.14, 0] }],
      ['oak', 0xc7d3cf, 'window', 34, 22, 0.6, { shift: [-0.1, -0.06] }],
    ],
  ],
  'Table lamp': [
    'lamp',
    [
      [PAPER, 0xbccabf, 'studio', 0, 10, 0.76],
      ['walnut', 0x6f8790, 'lamplight', 40, 8, 0.68, { shift: [-0.16, -0.06], light: -60 }],
      ['rug', 0x9a7b6a, 'north', 0, 16, 0.64, { shift: [0.16, 0] }],
      ['oak', 0xd9cfc2, 'evening', -60, 14, 0.62, { shift: [-0.14, -0.06] }],
    ],
  ],
  'Alarm clock': [
    'clock',
    [
      [PAPER, 0xb7ccc3, 'studio', -16, 10, 0.72],
      ['walnut', 0xc4b08e, 'lamplight', 22, 12, 0.64, { shift: [0.1, -0.06], light: -50 }],
      ['kitchen', 0xe8e0d2, 'overcast', -38, 16, 0.58, { shift: [-0.12, 0] }],
      ['slate', 0x8c8a94, 'window', 8, 22, 0.6, { roll: 4 }],
    ],
  ],
  Ukulele: [
    'ukulele',
    [
      [PAPER, 0xb8c9cd, 'studio', -18, 8, 0.8],
      ['rug', 0x56738a, 'evening', 20, 10, 0.74, { shift: [-0.16, 0] }],
      ['brick', 0xd8cfc4, 'overcast', -40, 8, 0.7, { shift: [0.18, -0.05] }],
      ['beach', own, 'sun', 6, 14, 0.72, { shift: [-0.1, 0] }],
    ],
  ],
  Pineapple: [
    'pineapple',
    [
      [PAPER, 0xe2c2b2, 'studio', 0, 10, 0.76],
      ['gingham', 0xc9973f, 'sun', 80, 18, 0.64, { shift: [-0.1, 0] }],
      ['kitchen', 0xdfe6dc, 'evening', 160, 12, 0.64, { shift: [0.14, -0.04] }],
      ['beach', own, 'overcast', 230, 14, 0.6, { shift: [0.1, -0.06] }],
    ],
  ],
  Chair: [
    'chair',
    [
      [PAPER, 0xcec5b7, 'studio', -32, 14, 0.76],
      ['rug', 0xb59a6c, 'window', 34, 16, 0.7, { shift: [0.1, 0] }],
      ['oak', 0xd3dbd8, 'north', -58, 20, 0.66, { shift: [-0.14, -0.04] }],
      ['grass', own, 'evening', 18, 13, 0.66, { shift: [0.08, 0] }],
    ],
  ],
}

/** Objects that no reference shows. */
const STRANGERS = [
  ['robot', ['oak', 0xd6dadb, 'window', -22, 12, 0.72, { shift: [-0.1, -0.03] }]],
  ['robot', ['gingham', 0x5b8a6a, 'sun', 26, 16, 0.66]],
  ['book', ['walnut', 0x93a39a, 'evening', -30, 14, 0.66, { shift: [-0.06, -0.03] }]],
  ['book', ['linen', 0xd4c3ad, 'overcast', -52, 20, 0.62]],
]

const shot = (object, [backdrop, tint, mood, yaw, elevation, fill, more = {}], seed) => ({
  object,
  backdrop,
  ...(tint === null ? {} : { tint }),
  mood,
  yaw,
  elevation,
  fill,
  seed,
  ...more,
})

const kebab = (name) => name.toLowerCase().replaceAll(' ', '-')

/** All pictures in order: {file, shows, shot}, where `shows` is the identity's name or null for a stranger; `reference` marks the enrolled one. */
export function listShots() {
  const enrolled = Object.entries(ENROLLED).flatMap(([name, [object, rows]], index) =>
    rows.map((row, view) => ({
      file: view === 0 ? `enrol/${name}.jpg` : `probe/${kebab(name)}-${view}.jpg`,
      shows: name,
      reference: view === 0,
      shot: shot(object, row, 1000 + index * 16 + view),
    })),
  )
  const strangers = STRANGERS.map(([object, row], index) => ({
    file: `probe/strangers-${index + 1}.jpg`,
    shows: null,
    reference: false,
    shot: shot(object, row, 2000 + index),
  }))
  return [...enrolled, ...strangers]
}

/** Pairs for the verify page and the terminal's main job: [left, right, same]. Each object with itself and with its nearest look-alike. */
export const PAIRS = [
  ['enrol/Dotted mug.jpg', 'probe/dotted-mug-1.jpg', true],
  ['enrol/Dotted mug.jpg', 'probe/striped-mug-1.jpg', false],
  ['enrol/Striped mug.jpg', 'probe/striped-mug-2.jpg', true],
  ['enrol/Teapot.jpg', 'probe/teapot-1.jpg', true],
  ['enrol/Rubber duck.jpg', 'probe/rubber-duck-1.jpg', true],
  ['enrol/Rubber duck.jpg', 'probe/strangers-1.jpg', false],
  ['enrol/Toy car.jpg', 'probe/toy-car-2.jpg', true],
  ['enrol/Cactus.jpg', 'probe/pineapple-1.jpg', false],
  ['enrol/Alarm clock.jpg', 'probe/alarm-clock-1.jpg', true],
  ['enrol/Table lamp.jpg', 'probe/table-lamp-2.jpg', true],
  ['enrol/Ukulele.jpg', 'probe/chair-1.jpg', false],
  ['enrol/Beach ball.jpg', 'probe/beach-ball-1.jpg', true],
]
