// libtensorflow out of a PyPI wheel, and tfjs-node's addon compiled against it. Linux x64 only.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { cached } from './cache.mjs'
import { run } from './child.mjs'
import { cacheFolder, modules, onPath, tensorflowPackage } from './paths.mjs'
import { fetchWheels, hasPip, python, unpackWheels } from './python.mjs'
import { keyOf } from './stamp.mjs'

/**
 * @typedef {object} Recipe
 * @property {string} package
 * @property {string} version
 * @property {string} size what is fetched
 * @property {string[]} pins
 */

/** @type {Record<'cpu' | 'gpu', Recipe>} */
export const RECIPES = {
  cpu: {
    package: 'tensorflow-cpu',
    version: '2.15.1',
    size: '207 MB',
    pins: ['tensorflow-cpu==2.15.1 --hash=sha256:54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26'],
  },
  gpu: {
    package: 'tensorflow',
    version: '2.21.0',
    size: '3.1 GB',
    pins: ['tensorflow==2.21.0 --hash=sha256:9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'],
  },
}

/** @type {[string, string][]} */
const FILES = [
  [String.raw`tensorflow/(libtensorflow_(?:cc|framework)\.so\.2)`, String.raw`deps/lib/\1`],
  [
    String.raw`tensorflow/include/((?:tensorflow/c/|tensorflow/core/platform/ctstring|tsl/platform/ctstring|tsl/c/|xla/tsl/c/).*\.h)`,
    String.raw`include/\1`,
  ],
  [String.raw`tensorflow/(THIRD_PARTY_NOTICES\.txt)`, String.raw`licenses/\1`],
  [String.raw`([^/]+\.dist-info/(?:METADATA|licenses/.*|License.*|LICENSE.*))`, String.raw`licenses/\1`],
  [String.raw`(nvidia/\w+/lib/[^/]+\.so[.\d]*)`, String.raw`deps/\1`],
]
const COMPILE = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8']
const ADDON = path.join('lib', 'napi-v8', 'tfjs_binding.node')
// Counts up when the steps below change what they make.
const REVISION = 1

/** @param {'cpu' | 'gpu'} variant */
function folderName(variant) {
  const recipe = RECIPES[variant]
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => sourceSize(name))
  return `${recipe.package}-${recipe.version}-${keyOf(recipe.pins, COMPILE, FILES, sources, REVISION)}`
}

/** @param {string} name */
function sourceSize(name) {
  const file = path.join(tensorflowPackage, 'binding', name)
  return existsSync(file) ? statSync(file).size : 0
}

/**
 * @param {'cpu' | 'gpu'} variant
 * @returns {string | undefined} the finished folder of an earlier run
 */
export function builtWheel(variant) {
  const folder = path.join(cacheFolder(), folderName(variant))
  return existsSync(path.join(folder, ADDON)) ? folder : undefined
}

/**
 * @returns {Promise<{ reason: string, remedy: string } | undefined>} why the wheel cannot be used here
 */
export async function wheelObstacle() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      reason: `the wheel route is for Linux x64 and this is ${process.platform} ${process.arch}`,
      remedy: 'a network that reaches the download host of TensorFlow.js',
    }
  }
  const tools = ['python3', 'g++'].filter((name) => !onPath(name))
  if (python() && !(await hasPip())) tools.push('pip')
  if (tools.length === 0) return undefined
  return {
    reason: `the wheel route needs ${tools.join(' and ')}, not found here`,
    remedy:
      'install python3, pip and g++ (Debian: apt-get install python3-pip g++), then run npm run backend:tensorflow',
  }
}

/**
 * @param {'cpu' | 'gpu'} variant
 * @param {(text: string) => void} stage
 * @returns {Promise<string>} the folder with deps/lib, lib/napi-v8 and licenses
 */
export async function buildFromWheel(variant, stage) {
  const recipe = RECIPES[variant]
  return cached(folderName(variant), async (folder) => {
    const wheels = path.join(folder, 'wheels')
    stage(`fetching the ${recipe.package} ${recipe.version} wheel, ${recipe.size}`)
    const files = await fetchWheels(wheels, recipe.pins)
    stage('unpacking libtensorflow')
    await unpackWheels(files, folder, FILES)
    rmSync(wheels, { recursive: true })
    const libraries = path.join(folder, 'deps', 'lib')
    if (onPath('strip')) {
      stage('stripping debug symbols')
      const names = readdirSync(libraries).map((name) => path.join(libraries, name))
      await run('strip', ['--strip-unneeded', ...names], { log: 'strip' })
    }
    linkCuSolver(path.join(folder, 'deps', 'nvidia'))
    stage('compiling the addon')
    await compile(folder)
    rmSync(path.join(folder, 'include'), { recursive: true })
  })
}

/**
 * libtensorflow_framework looks for every CUDA library in ../nvidia/NAME/lib except cuSOLVER's.
 * @param {string} nvidia
 */
function linkCuSolver(nvidia) {
  const folder = path.join(nvidia, 'cusolver', 'lib')
  if (!existsSync(folder)) return
  const name = readdirSync(folder).find((file) => file.startsWith('libcusolver.so.'))
  if (name) symlinkSync(path.join('..', '..', 'cusolver', 'lib', name), path.join(nvidia, 'cublas', 'lib', name))
}

/** @param {string} folder */
async function compile(folder) {
  const out = path.join(folder, ADDON)
  mkdirSync(path.dirname(out), { recursive: true })
  await run(
    'g++',
    [
      ...COMPILE,
      ...['-I', path.join(modules, 'node-api-headers', 'include'), '-I', path.join(folder, 'include')],
      path.join(tensorflowPackage, 'binding', 'tfjs_backend.cc'),
      path.join(tensorflowPackage, 'binding', 'tfjs_binding.cc'),
      ...['-L', path.join(folder, 'deps', 'lib'), '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', out],
    ],
    { log: 'tensorflow-compile', failure: 'g++ does not compile the TensorFlow addon' },
  )
  if (readFileSync(out).length === 0) throw new Error('the compiled addon is empty')
}

/**
 * Makes the npm package use the cached folder. Node resolves the addon's real path before it loads it, so its RUNPATH
 * finds the libraries beside it in the cache.
 * @param {string} folder
 */
export function linkIntoPackage(folder) {
  unlinkFromPackage()
  mkdirSync(path.join(tensorflowPackage, 'lib'), { recursive: true })
  symlinkSync(path.join(folder, 'deps'), path.join(tensorflowPackage, 'deps'), 'dir')
  symlinkSync(path.join(folder, 'lib', 'napi-v8'), path.join(tensorflowPackage, 'lib', 'napi-v8'), 'dir')
}

/** Takes links and an earlier download away, never what a link leads to. */
export function unlinkFromPackage() {
  rmSync(path.join(tensorflowPackage, 'deps'), { recursive: true, force: true })
  rmSync(path.join(tensorflowPackage, 'lib'), { recursive: true, force: true })
}
