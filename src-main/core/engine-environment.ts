/** What of the core's environment the engine gets: what finds libraries, devices and temporary folders, and no secrets. */
const NAMES = new Set([
  'PATH',
  'HOME',
  'USERPROFILE',
  'LANG',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'windir',
  'LOCALAPPDATA',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  'XDG_DATA_DIRS',
  'DISPLAY',
])
const FAMILIES = ['LC_', 'CUDA_', 'NVIDIA_', 'VK_', 'TF_', 'OMP_', 'UV_']

export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => NAMES.has(name) || FAMILIES.some((family) => name.startsWith(family))),
  )
}
