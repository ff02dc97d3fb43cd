import '../test/from-source.mjs'
import { DataAbsent } from './data.ts'
import { benchOptions } from './options.ts'

/** Loaded when it is asked for, after the hook above that lets Node read the sources as they are. */
const BENCHES: Record<string, () => Promise<void>> = {
  calibrate: async () => (await import('./calibrate.ts')).calibrateBench(),
  lfw: async () => (await import('./lfw.ts')).lfwBench(),
  objects: async () => (await import('./objects.ts')).objectsBench(),
  'faces-found': async () => (await import('./faces-found.ts')).facesFoundBench(),
  speed: async () => (await import('./speed.ts')).speedBench(),
  quality: async () => (await import('./quality.ts')).qualityBench(),
  kills: async () => (await import('./kills.ts')).killsBench(),
  'promotion-kills': async () => (await import('./promotion-kills.ts')).promotionKillsBench(),
  mnist100: async () => (await import('./mnist100.ts')).mnist100Bench(benchOptions()),
  'train-step': async () => (await import('./train-step.ts')).trainStepBench(benchOptions()),
  'grocery-semi': async () => (await import('./grocery-semi.ts')).grocerySemiBench(benchOptions()),
  'orl-semi': async () => (await import('./folder-semi.ts')).folderSemiBench('orl', 'face', 10, benchOptions()),
  'coil20-semi': async () => (await import('./folder-semi.ts')).folderSemiBench('coil20', 'object', 5, benchOptions()),
  'noisy-student': async () => (await import('./noisy-student.ts')).noisyStudentBench(benchOptions()),
  'meta-pseudo-labels': async () => (await import('./meta-pseudo-labels.ts')).metaPseudoLabelsBench(benchOptions()),
  'embedding-sizes': async () => (await import('./embedding-sizes.ts')).embeddingSizesBench(benchOptions()),
  plots: async () => (await import('./results.ts')).drawPlots(),
  'fine-tune': async () => (await import('./fine-tune.ts')).fineTuneBench(benchOptions()),
  omniglot: async () => (await import('./omniglot.ts')).omniglotBench(benchOptions()),
  'deepface-chi2': async () => (await import('./deepface-chi2.ts')).deepFaceChi2Bench(benchOptions()),
  'lfw-identification': async () => (await import('./lfw-identification.ts')).lfwIdentificationBench(benchOptions()),
  'facenet-tables': async () => (await import('./facenet-tables.ts')).facenetTablesBench(benchOptions()),
  attributes: async () => (await import('./attributes.ts')).attributesBench(benchOptions()),
  analogies: async () => (await import('./analogies.ts')).analogiesBench(benchOptions()),
  siamese: async () => (await import('./siamese.ts')).siameseBench(benchOptions()),
  triplet: async () => (await import('./triplet.ts')).tripletBench(benchOptions()),
  cosface: async () => (await import('./cosface.ts')).cosfaceBench(benchOptions()),
  angular: async () => (await import('./angular.ts')).angularBench(benchOptions()),
  'training-size': async () => (await import('./training-size.ts')).trainingSizeBench(benchOptions()),
  mirrored: async () => (await import('./mirrored.ts')).mirroredBench(benchOptions()),
  lesions: async () => (await import('./lesions.ts')).lesionsBench(benchOptions()),
  networks: async () => (await import('./networks.ts')).networksBench(benchOptions()),
  'few-labels': async () => (await import('./few-labels.ts')).fewLabelsBench(benchOptions()),
  'boosted-gradients': async () => (await import('./boosted-gradients.ts')).boostedGradientsBench(benchOptions()),
  shortcuts: async () => (await import('./shortcuts.ts')).shortcutsBench(benchOptions()),
  activations: async () => (await import('./activations.ts')).activationsBench(benchOptions()),
  depth: async () => (await import('./depth.ts')).depthBench(benchOptions()),
  scaling: async () => (await import('./scaling.ts')).scalingBench(benchOptions()),
  cifar4000: async () => (await import('./cifar4000.ts')).cifar4000Bench(benchOptions()),
}

const { names } = benchOptions()
const unknown = names.filter((name) => !(name in BENCHES))
if (names.length === 0 || unknown.length > 0) {
  console.error(`Usage: npm run bench -- NAME…, where NAME is one of ${Object.keys(BENCHES).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const name of names) {
    try {
      await BENCHES[name]!()
    } catch (error) {
      if (!(error instanceof DataAbsent)) throw error
      console.error(error.message)
      process.exitCode = 1
    }
  }
}
