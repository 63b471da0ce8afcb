import type { Plugin } from 'vite'

type Made = 'pages' | 'server'

export const builds: Readonly<Record<Made, Readonly<{ folder: string; file: string; sources: readonly string[] }>>>
export function isBuilt(what: Made): boolean
export function stamped(what: Made): Plugin

/** What Node is told for the server, as NODE_OPTIONS. */
export const serverNodeOptions: string
