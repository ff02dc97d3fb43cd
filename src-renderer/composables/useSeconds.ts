import { onMounted, onUnmounted, shallowRef } from 'vue'

/** The time in milliseconds, told anew each second while the component is shown. */
export function useSeconds() {
  const now = shallowRef(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => (timer = setInterval(() => (now.value = Date.now()), 1000)))
  onUnmounted(() => clearInterval(timer))
  return now
}
