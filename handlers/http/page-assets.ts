import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../../lib/root.ts'

/** Where `npm run build` puts the pages. */
export const assetsFolder = join(root, 'app/dist')

/** Addresses of the pages' script and styles, as the build named them. */
export type PageAssets = { script: string; styles: string[] }

const manifestSchema = z.object({
  'main.ts': z.object({ file: z.string(), css: z.array(z.string()).default([]) }),
})

/** What was built last; `null`: nothing was. Read for every page, so that a new build needs no new start. */
export function readPageAssets(folder: string = assetsFolder): PageAssets | null {
  const path = `${folder}/manifest.json`
  if (!existsSync(path)) return null
  const { 'main.ts': main } = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { script: `/pages/${main.file}`, styles: main.css.map((file) => `/pages/${file}`) }
}
