import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import { root } from '../lib/root.ts'
import { assetsFolder } from './http/page-assets.ts'

/** Scripts and styles of the pages: public, the same for everybody. Built files carry a hash of their content in their names. */
export function pageFiles(): Router {
  const router = Router()
  const quiet = { index: false, redirect: false }
  const built = `${assetsFolder}/assets`
  router.use('/assets', packed(built), express.static(built, { ...quiet, immutable: true, maxAge: '365d' }))
  router.use('/third-party-notices.txt', (_request, response) => {
    response.sendFile('third-party-notices.txt', { root: assetsFolder })
  })
  router.use(express.static(join(root, 'handlers/pages'), { ...quiet, maxAge: '5m' }))
  return router
}

/** Takes the packed file that the build put beside each, where the browser takes it: a quarter of the bytes. */
function packed(folder: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept-Encoding')
    const { path } = request
    const isOurs = /^\/[\w.-]+\.(js|css)$/.test(path) && existsSync(`${folder}${path}.gz`)
    if (isOurs && request.acceptsEncodings('gzip')) {
      request.url = `${path}.gz`
      response.type(extname(path)).set('Content-Encoding', 'gzip')
    }
    next()
  }
}
