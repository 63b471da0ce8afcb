import { defineConfig } from 'vite'
import { thirdPartyNotices } from '../app/third-party-notices.ts'
import { builds, stamped } from './built.mjs'

/** The server with its packages in one file. What has a binary, or no text of its licence, stays outside. Names stay as they are, as logs tell where errors come from. */
export default defineConfig({
  publicDir: false,
  plugins: [thirdPartyNotices(), stamped('server')],
  build: {
    ssr: 'handlers/main.ts',
    outDir: builds.server.folder,
    // A process that starts meanwhile finds what was built before.
    emptyOutDir: false,
    target: 'node22',
    minify: false,
    rollupOptions: { output: { entryFileNames: builds.server.file, codeSplitting: false } },
  },
  ssr: { target: 'node', noExternal: true, external: ['axios', 'better-sqlite3', 'pg'] },
})
