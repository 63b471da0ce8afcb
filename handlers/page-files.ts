import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'
import { assetsFolder } from './http/page-assets.ts'

/** Scripts and styles of the pages: public, the same for everybody. Built files carry a hash of their content in their names. */
export function pageFiles(): Router {
  const router = Router()
  const built = { index: false, redirect: false, fallthrough: true }
  router.use('/assets', express.static(`${assetsFolder}/assets`, { ...built, immutable: true, maxAge: '365d' }))
  router.use(express.static(fileURLToPath(new URL('./pages', import.meta.url)), { ...built, maxAge: '5m' }))
  return router
}
