import { type Ref, watchEffect } from 'vue'

/** Tells when an element changes its height, at most once a frame of the screen. */
export function followHeight(element: Ref<HTMLElement | undefined>, changed: () => void): void {
  let waiting = false
  const observer = new ResizeObserver(() => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      changed()
    })
  })
  watchEffect(() => {
    observer.disconnect()
    if (element.value) observer.observe(element.value)
  })
}
