import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { keepBar } from './visible-viewport.ts'

/** A bar at the lower edge of what is in sight: lists, dialogs and messages keep above it as long as it is there. */
export function useBar(bar: Readonly<Ref<HTMLElement | null>>): void {
  const size = new ResizeObserver(() => keepBar(bar.value?.offsetHeight ?? 0))
  onMounted(() => bar.value && size.observe(bar.value))
  onBeforeUnmount(() => {
    size.disconnect()
    keepBar(0)
  })
}
