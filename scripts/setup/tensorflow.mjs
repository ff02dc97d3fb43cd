// Step 3: TensorFlow's native backend. The usual install script where its download host answers, else the wheel on Linux
// x64, else none: the app then takes WebGPU or WASM. The outcome and its reason lie in `.setup/tensorflow.json`.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { run, SetupError } from './child.mjs'
import { childEnvironment, modules, onPath, pinnedNode, stateFolder, tensorflowPackage } from './paths.mjs'
import { pinnedVersion } from './packages.mjs'
import { keyOf, readJson, writeWhole } from './stamp.mjs'
import {
  buildFromWheel,
  builtWheel,
  linkIntoPackage,
  RECIPES,
  unlinkFromPackage,
  wheelObstacle,
} from './tensorflow-wheel.mjs'

export const tensorflowReport = path.join(stateFolder, 'tensorflow.json')
const smoke = path.join(path.dirname(fileURLToPath(import.meta.url)), 'tensorflow-smoke.cjs')
const addon = path.join(tensorflowPackage, 'lib', 'napi-v8', 'tfjs_binding.node')
const RETRY_SECONDS = 24 * 3600
const SCRIPT_SECONDS = 15 * 60
const AGAIN = 'npm run backend:tensorflow'

/**
 * @typedef {object} TensorflowReport what `.setup/tensorflow.json` holds; the engine's backend badge shows it
 * @property {'tensorflow'} backend
 * @property {boolean} ok
 * @property {'gpu' | 'cpu'} [variant] what the library was built for
 * @property {boolean} [gpu] whether TensorFlow computes on a GPU
 * @property {string} [version] of libtensorflow
 * @property {'install script' | 'wheel'} [source]
 * @property {string} reason why this source, or why none
 * @property {string} remedy what would change it, '' when there is nothing better
 */

/** @returns {boolean} */
export const hasNvidia = () => existsSync('/proc/driver/nvidia/version') || onPath('nvidia-smi') !== undefined

/**
 * @returns {Promise<string | undefined>} why the usual download host does not answer
 */
async function hostObstacle() {
  const { TFJS_NODE_CDN_STORAGE, npm_config_TFJS_NODE_CDN_STORAGE, CDN_STORAGE } = process.env
  const given = TFJS_NODE_CDN_STORAGE || npm_config_TFJS_NODE_CDN_STORAGE || CDN_STORAGE
  const manifest = JSON.parse(readFileSync(path.join(tensorflowPackage, 'package.json'), 'utf8'))
  const origin = new URL(given || manifest.binary.host).origin
  const ask = `fetch(${JSON.stringify(origin)}, { method: 'HEAD', signal: AbortSignal.timeout(20000) })
    .then(() => console.log('ok'), (e) => console.log(e.cause?.code ?? e.name))`
  const answer = await run(pinnedNode, ['-e', ask], {
    log: 'tensorflow-host',
    timeoutSeconds: 25,
    env: childEnvironment({ NODE_USE_ENV_PROXY: '1' }),
  }).catch(() => 'no answer within 20 s')
  return answer.trim() === 'ok' ? undefined : answer.trim()
}

/**
 * @returns {Promise<{ version: string, gpu: boolean }>}
 */
async function selfTest() {
  const out = await run(pinnedNode, [smoke], {
    log: 'tensorflow-test',
    timeoutSeconds: 180,
    failure: 'the self-test fails',
  })
  return JSON.parse(out.trim().split('\n').at(-1) ?? '')
}

/** @param {unknown} error */
const sentence = (error) => (error instanceof SetupError ? error.message : String(error))

/**
 * @param {'gpu' | 'cpu'} variant
 * @param {import('./report.mjs').Progress} progress
 */
async function viaScript(variant, progress) {
  unlinkFromPackage()
  progress.stage(`running the package's install script for ${variant}`)
  const manifest = path.join(tensorflowPackage, 'package.json')
  const before = readFileSync(manifest, 'utf8')
  try {
    await run(pinnedNode, [path.join('scripts', 'install.js'), variant, 'download'], {
      log: 'tensorflow-install',
      cwd: tensorflowPackage,
      timeoutSeconds: SCRIPT_SECONDS,
      failure: 'the install script of TensorFlow.js does not succeed',
    })
  } finally {
    // The script edits its own manifest, and does not take that back when it fails.
    writeWhole(manifest, before)
  }
  progress.stage('self-test')
  return selfTest()
}

/**
 * @param {'gpu' | 'cpu'} variant
 * @param {import('./report.mjs').Progress} progress
 */
async function viaWheel(variant, progress) {
  const folder = builtWheel(variant) ?? (await buildFromWheel(variant, progress.stage))
  linkIntoPackage(folder)
  progress.stage('self-test')
  return selfTest()
}

/**
 * @param {import('./report.mjs').Progress} progress
 * @param {{ again: boolean, gpu: boolean }} wish `again` tries the install script even where a wheel is built already,
 *   `gpu` asks for the GPU wheel
 * @returns {Promise<TensorflowReport>}
 */
async function provide(progress, wish) {
  if (!existsSync(tensorflowPackage)) {
    const reason = 'npm left the optional package @tensorflow/tfjs-node-gpu out on this system'
    return { backend: 'tensorflow', ok: false, reason, remedy: 'npm ci with the package registry reachable' }
  }
  const nvidia = hasNvidia()
  const gpuRemedy = nvidia
    ? `${AGAIN} -- --gpu fetches the GPU build, ${RECIPES.gpu.size}`
    : `${AGAIN} asks the usual download host again`
  // A GPU build was asked for once; a later set-up keeps it.
  const variant = wish.gpu || (!wish.again && builtWheel('gpu')) ? 'gpu' : 'cpu'
  const known = builtWheel(variant)
  let why = wish.gpu ? 'the GPU build is asked for' : 'the cache holds the build of an earlier set-up'
  if (!wish.gpu && (wish.again || !known)) {
    progress.stage('asking the usual download host')
    const obstacle = await hostObstacle()
    if (obstacle) why = `the usual download host does not answer (${obstacle})`
    for (const own of obstacle ? [] : scriptVariants(nvidia)) {
      try {
        const test = await viaScript(own, progress)
        const reason = own === 'gpu' || !nvidia ? 'the usual binary loads' : `${why}; its CPU build loads`
        return done({ variant: own, test, source: 'install script', reason, remedy: nvidia ? gpuRemedy : '' })
      } catch (error) {
        why = `the usual ${own} binary cannot be used: ${sentence(error)}`
        progress.note(why)
      }
    }
  }
  const obstacle = known ? undefined : await wheelObstacle()
  if (obstacle) {
    unlinkFromPackage()
    return { backend: 'tensorflow', ok: false, reason: `${why}; ${obstacle.reason}`, remedy: obstacle.remedy }
  }
  try {
    const test = await viaWheel(variant, progress)
    const remedy = variant === 'gpu' ? 'an NVIDIA GPU with a driver for CUDA 12' : gpuRemedy
    return done({ variant, test, source: 'wheel', reason: why, remedy })
  } catch (error) {
    unlinkFromPackage()
    return {
      backend: 'tensorflow',
      ok: false,
      reason: `${why}; the ${RECIPES[variant].package} wheel cannot be used: ${sentence(error)}`,
      remedy: `${AGAIN} tries again; details are in .setup/*.log`,
    }
  }
}

/**
 * @param {boolean} nvidia
 * @returns {('gpu' | 'cpu')[]} what the install script is asked for, in order
 */
const scriptVariants = (nvidia) => (nvidia ? ['gpu', 'cpu'] : ['cpu'])

/**
 * @param {{ variant: 'gpu' | 'cpu', test: { version: string, gpu: boolean }, source: 'install script' | 'wheel', reason: string, remedy: string }} found
 * @returns {TensorflowReport}
 */
function done({ variant, test, source, reason, remedy }) {
  return { backend: 'tensorflow', ok: true, variant, ...test, source, reason, remedy: test.gpu ? '' : remedy }
}

/** @returns {TensorflowReport | undefined} */
export const readTensorflow = () => /** @type {TensorflowReport | undefined} */ (readJson(tensorflowReport))

/**
 * @param {{ again?: boolean, gpu?: boolean }} [wish]
 * @returns {import('./steps.mjs').Step}
 */
export const tensorflow = ({ again = false, gpu = false } = {}) => ({
  name: 'tensorflow',
  title: 'TensorFlow',
  // A compiler or a GPU that appears later is worth another try; so is a new Node.
  key: () =>
    keyOf(
      RECIPES,
      pinnedVersion(),
      hasNvidia(),
      ['python3', 'g++'].map((name) => Boolean(onPath(name))),
    ),
  present() {
    const report = readTensorflow()
    if (!report) return false
    if (!report.ok) return true
    return existsSync(addon) && existsSync(path.join(tensorflowPackage, 'deps', 'lib'))
  },
  async run(progress) {
    if (!existsSync(modules)) throw new SetupError('the packages are missing: run npm run setup')
    const report = await provide(progress, { again, gpu })
    writeWhole(tensorflowReport, `${JSON.stringify(report, null, 2)}\n`)
    if (!report.ok) {
      progress.note(`no TensorFlow: ${report.reason}`)
      progress.note(`the app computes with WebGPU or WASM; what would change it: ${report.remedy}`)
      return { text: 'left out', retryAfterSeconds: RETRY_SECONDS }
    }
    progress.note(`from the ${report.source}, since ${report.reason}`)
    if (report.remedy) progress.note(`what would change it: ${report.remedy}`)
    return { text: `libtensorflow ${report.version}, on the ${report.gpu ? 'GPU' : 'CPU'}, self-test passed` }
  },
})
