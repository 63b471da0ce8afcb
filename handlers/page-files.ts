import { fileURLToPath } from 'node:url'
import express, { type RequestHandler } from 'express'

/** Scripts and styles of the pages: public, the same for everybody. */
export function pageFiles(): RequestHandler {
  const folder = fileURLToPath(new URL('./pages', import.meta.url))
  return express.static(folder, { index: false, redirect: false, maxAge: '5m' })
}
