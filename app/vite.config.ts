import bitrix24UI from '@bitrix24/b24ui-nuxt/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** The pages inside Bitrix24, built into `app/dist` and served under `/pages/`; `handlers/http/page-assets.ts` reads the manifest. */
export default defineConfig({
  base: '/pages/',
  publicDir: false,
  plugins: [
    vue(),
    bitrix24UI({
      router: false,
      dts: false,
      autoImport: { dts: false },
      components: { dts: false },
      experimental: { componentDetection: true },
      // Fields are as wide as their place, and what they show before a choice is readable.
      b24ui: {
        select: { slots: { root: 'w-full', placeholder: 'truncate text-(--ui-color-base-3)' } },
        selectMenu: { slots: { root: 'w-full', placeholder: 'truncate text-(--ui-color-base-3)' } },
      },
    }),
  ],
  define: { __VUE_OPTIONS_API__: false, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    manifest: 'manifest.json',
    // Pages that stand open while a new version is built still find the files that they load later.
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: 'app/main.ts' },
    chunkSizeWarningLimit: 1000,
  },
})
