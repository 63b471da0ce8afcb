/** Components are not type-checked: what can go wrong in them stands in `.ts` files beside them. */
declare module '*.vue' {
  import type { Component } from 'vue'

  const component: Component
  export default component
}
