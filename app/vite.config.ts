import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import bitrix24UI from '@bitrix24/b24ui-nuxt/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'
import { builds, stamped } from '../.ci/built.mjs'
import { thirdPartyNotices } from './third-party-notices.ts'

/** Scripts and styles a second time, packed: `handlers/page-files.ts` sends them so to browsers that take it. */
function packed(): Plugin {
  return {
    name: 'stagecue:packed',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(js|css)$/.test(file.fileName)) continue
        const content = file.type === 'chunk' ? file.code : file.source
        writeFileSync(join(dir, `${file.fileName}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}

/** Packages whose styles the pages carry, and nothing else. */
const stylesOnly = ['tailwindcss', '@bitrix24/b24ui-nuxt']

/** Fields are as wide as their place, lists as their fields; long names of entries wrap. */
const list = {
  root: 'w-full',
  placeholder: 'truncate text-(--ui-color-base-3)',
  viewport: 'w-full',
  item: 'h-auto min-h-9 py-1.5 whitespace-normal',
  itemLabel: 'overflow-visible text-clip whitespace-normal wrap-anywhere',
}

/** The pages inside Bitrix24, built into `app/dist` and served under `/pages/`; `handlers/http/page-assets.ts` reads the manifest. */
export default defineConfig({
  base: '/pages/',
  publicDir: false,
  plugins: [
    vue(),
    packed(),
    stamped('pages'),
    thirdPartyNotices(stylesOnly.map((name) => fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)))),
    bitrix24UI({
      router: false,
      dts: false,
      autoImport: { dts: false },
      components: { dts: false },
      experimental: { componentDetection: true },
      b24ui: {
        formField: { slots: { label: 'leading-snug', error: 'text-bad' } },
        // Labels may need a second line.
        radioGroup: { variants: { size: { md: { label: 'leading-snug', container: 'h-5' } } } },
        select: {
          slots: { ...list, content: 'w-[max(var(--reka-select-trigger-width),15rem)] max-w-[calc(100vw-1rem)]' },
        },
        selectMenu: {
          slots: { ...list, content: 'w-[max(var(--reka-combobox-trigger-width),15rem)] max-w-[calc(100vw-1rem)]' },
        },
      },
    }),
  ],
  define: { __VUE_OPTIONS_API__: false, __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    outDir: builds.pages.folder,
    manifest: builds.pages.file,
    // Pages that stand open while a new version is built still find the files that they load later.
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: 'app/main.ts' },
    chunkSizeWarningLimit: 1000,
  },
})
