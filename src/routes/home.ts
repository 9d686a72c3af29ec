// What the site shows, with links.
import { Router } from 'express'
import { answer } from '../http/answer.ts'

const pages = [
  { url: '/documents', title: 'Documents', description: 'Files in Blob Storage, streamed to you.' },
  {
    url: '/secret',
    title: 'Secret',
    description: 'A Key Vault secret that the site can read and never shows.',
  },
  { url: '/products', title: 'Products', description: 'Rows of a table in Azure SQL.' },
  { url: '/readyz', title: 'Readiness', description: 'Whether all three services answer right now.' },
]

export function homeRoutes(): Router {
  const router = Router()
  router.get('/', (_req, res) => answer(res, 'home', { name: 'Keyless Express', pages }))
  return router
}
