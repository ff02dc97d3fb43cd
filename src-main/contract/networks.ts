/** What a run from scratch may choose by name, in the order of window and command line; engine/networks/table.ts builds them. */
export const FAMILIES = [
  {
    title: 'Of the texts on neighbor embedding, and for characters',
    networks: [
      { name: 'neighbor-mnist', title: 'Five convolutions', words: 'For digits, letters and other small shapes.' },
      {
        name: 'neighbor-mnist-2d',
        title: 'Five convolutions into a plane',
        words: 'The same, ending in two numbers a picture: the map of the run shows all that it sees.',
      },
      {
        name: 'neighbor-cifar',
        title: 'Eight convolutions',
        words: 'For small photos and logos in colour; it takes longest.',
        side: 32,
        least: 12,
      },
      {
        name: 'omniglot',
        title: 'Six convolutions for drawn characters',
        words: 'For many kinds of characters with few drawings each; every picture is brought to 48 × 48.',
        side: 48,
        least: 48,
      },
    ],
  },
  {
    title: 'First deep networks',
    networks: [
      {
        name: 'alexnet',
        title: 'AlexNet',
        words: 'Five convolutions with wide windows, then a dense layer (2012).',
        side: 28,
        least: 16,
      },
      { name: 'vgg', title: 'VGG', words: 'Nothing but 3 × 3 convolutions and pools, then a dense layer (2014).' },
      {
        name: 'all-convolutional',
        title: 'All convolutional',
        words: 'Strides in place of pools, batch norm, and one dense layer at the end (2014).',
      },
      {
        name: 'koch-siamese',
        title: 'Koch’s siamese network',
        words: 'Its sigmoid units are compared one by one, for one-shot verification (2015).',
        side: 28,
        least: 16,
      },
    ],
  },
  {
    title: 'Made for faces',
    networks: [
      {
        name: 'deep-face',
        title: 'DeepFace',
        words: 'Windows of their own at each place, for pictures that are all aligned alike (2014).',
        side: 28,
        least: 20,
      },
      {
        name: 'face-net',
        title: 'FaceNet’s first network',
        words: 'Small and 1 × 1 windows by turns, and maxout units; made for triplets (2015).',
      },
    ],
  },
  {
    title: 'Inception',
    networks: [
      { name: 'inception', title: 'Inception', words: 'Windows of several sizes side by side in each module (2014).' },
      {
        name: 'inception-3x3',
        title: 'Inception, 5 × 5 as two 3 × 3',
        words: 'The same reach with fewer weights (2015).',
      },
      {
        name: 'inception-1x3',
        title: 'Inception, 3 × 3 as 1 × 3 and 3 × 1',
        words: 'Every window is cut into a row and a column (2015).',
      },
    ],
  },
  {
    title: 'Residual networks',
    networks: [
      {
        name: 'residual',
        title: 'Residual',
        words: 'Each unit adds something to what it is given, so that depth does no harm (2015).',
      },
      {
        name: 'residual-projection',
        title: 'Residual with projections',
        words: 'Shortcuts that change size are learnt instead of padded with zeros (2015).',
      },
      {
        name: 'residual-bottleneck',
        title: 'Residual with bottlenecks',
        words: 'Four times wider, narrow within each unit (2015).',
      },
      {
        name: 'residual-pre-activation',
        title: 'Residual, full pre-activation',
        words: 'Normalisation and ReLU come before each convolution, and the shortcut stays untouched (2016).',
      },
      {
        name: 'residual-stochastic-depth',
        title: 'Residual, stochastic depth',
        words: 'In training pictures skip units at random, late ones up to half of the time (2016).',
      },
    ],
  },
  {
    title: 'Other shortcuts than the identity',
    networks: [
      { name: 'plain', title: 'Plain', words: 'The residual network with all its shortcuts taken away.' },
      {
        name: 'residual-constant-scaling',
        title: 'Constant scaling',
        words: 'Half of the shortcut and half of the branch.',
      },
      {
        name: 'residual-exclusive-gating',
        title: 'Exclusive gating',
        words: 'A gate gives to the branch what it takes from the shortcut.',
      },
      { name: 'residual-shortcut-gating', title: 'Shortcut-only gating', words: 'A gate closes the shortcut alone.' },
      { name: 'residual-convolution', title: '1 × 1 convolution', words: 'Every shortcut is a convolution.' },
      { name: 'residual-dropout', title: 'Dropout', words: 'Half of the shortcut is dropped in training.' },
    ],
  },
  {
    title: 'Other orders within a residual unit',
    networks: [
      {
        name: 'residual-norm-after-addition',
        title: 'Batch norm after the addition',
        words: 'The shortcut is normalised too.',
      },
      {
        name: 'residual-relu-before-addition',
        title: 'ReLU before the addition',
        words: 'A unit can only add, never take away.',
      },
      {
        name: 'residual-relu-only',
        title: 'ReLU-only pre-activation',
        words: 'ReLU comes before each convolution, batch norm after it.',
      },
    ],
  },
  {
    title: 'Other ways to be deep',
    networks: [
      {
        name: 'highway',
        title: 'Highway',
        words: 'Gates decide place by place what a layer changes and what it carries on (2015).',
      },
      {
        name: 'resnet-in-resnet',
        title: 'ResNet in ResNet',
        words: 'A residual stream and a transient one that can forget (2016).',
      },
      {
        name: 'fractal',
        title: 'FractalNet',
        words: 'Short and long columns joined by their mean, without a residual (2016).',
      },
      {
        name: 'fractal-drop-path',
        title: 'FractalNet with drop-path',
        words: 'In training joins lose inputs, and half of the batches pass a single column (2016).',
      },
      { name: 'densenet', title: 'DenseNet-BC', words: 'Each layer sees what all layers before it found (2016).' },
    ],
  },
  {
    title: 'Group norm, and random wiring',
    networks: [
      {
        name: 'bit',
        title: 'Big Transfer units',
        words: 'Group norm and standardised kernels: an embedding never depends on the batch (2019).',
      },
      {
        name: 'randomly-wired',
        title: 'Randomly wired',
        words: 'Its layers are joined by random small-world graphs (2019).',
      },
    ],
  },
  {
    title: 'EfficientNet',
    networks: [
      {
        name: 'efficientnet',
        title: 'EfficientNet',
        words: 'Thin units that weigh their channels; little work for each picture (2019).',
      },
      {
        name: 'efficientnet-1',
        title: 'EfficientNet, φ = 1',
        words: 'Deeper, wider and with larger pictures, twice the work (2019).',
      },
    ],
  },
] as const satisfies readonly NetworkFamily[]

interface NetworkFamily {
  readonly title: string
  readonly networks: readonly Listed[]
}

interface Sides {
  /** Pixels on a side that it is made for; 28 where the table says nothing. */
  readonly side: number
  /** The least side that its pools leave something of; where it equals `side`, no other side is possible. 8 where the table says nothing. */
  readonly least: number
}

interface Listed extends Partial<Sides> {
  readonly name: string
  readonly title: string
  /** What it is for, or what is particular about it, in one sentence. */
  readonly words: string
}

export interface NetworkFact extends Omit<Listed, keyof Sides>, Sides {
  readonly name: NetworkName
}

export type NetworkName = (typeof FAMILIES)[number]['networks'][number]['name']

export const NETWORKS: readonly NetworkFact[] = FAMILIES.flatMap<NetworkFact>(({ networks }) =>
  networks.map((network) => ({ side: 28, least: 8, ...network })),
)
