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
    pins: [
      'tensorflow==2.21.0 --hash=sha256:9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      'nvidia-cublas-cu12==12.9.3.13 --hash=sha256:d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      'nvidia-cuda-cupti-cu12==12.9.79 --hash=sha256:096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      'nvidia-cuda-nvrtc-cu12==12.9.86 --hash=sha256:210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      'nvidia-cuda-runtime-cu12==12.9.79 --hash=sha256:25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      'nvidia-cudnn-cu12==9.28.0.42 --hash=sha256:9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      'nvidia-cufft-cu12==11.4.1.4 --hash=sha256:c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      'nvidia-cusolver-cu12==11.7.5.82 --hash=sha256:15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      'nvidia-cusparse-cu12==12.5.10.65 --hash=sha256:73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      'nvidia-nccl-cu12==2.32.3 --hash=sha256:bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
      'nvidia-nvjitlink-cu12==12.9.86 --hash=sha256:e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    ],
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
