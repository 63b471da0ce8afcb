import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

/** The folder of package.json: from the sources and from what is built of them the way there is not the same. */
export const root: string = dirname(findPackageJSON('..', import.meta.url) ?? import.meta.dirname)
