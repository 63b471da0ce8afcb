import { defineConfig } from 'vite'
import { thirdPartyNotices } from '../app/third-party-notices.ts'
import { builds, stamped } from './built.mjs'

/** Where axios is found: as CommonJS it is one file, as modules it is seventy, and finding and linking them takes a tenth of a start. */
const axiosInOneFile = `
import { createRequire } from 'node:module'
const axios = createRequire(import.meta.url)('axios')
export default axios
export const { AxiosError } = axios
`

/** The server with its packages in one file. What has a binary, or no text of its licence, stays outside. Names stay as they are, as logs tell where errors come from. */
export default defineConfig({
  publicDir: false,
  plugins: [
    {
      name: 'stagecue:axios-in-one-file',
      enforce: 'pre',
      resolveId: (id) => (id === 'axios' ? '\0axios' : null),
      load: (id) => (id === '\0axios' ? axiosInOneFile : null),
    },
    thirdPartyNotices(),
    stamped('server'),
  ],
  build: {
    ssr: 'handlers/main.ts',
    outDir: builds.server.folder,
    // A process that starts meanwhile finds what was built before.
    emptyOutDir: false,
    target: 'node22',
    minify: false,
    // Comments are a fifth of the file, and each start reads it; licences are beside it.
    rollupOptions: { output: { entryFileNames: builds.server.file, codeSplitting: false, comments: false } },
  },
  ssr: { target: 'node', noExternal: true, external: ['better-sqlite3', 'pg'] },
})
