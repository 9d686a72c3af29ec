// What is measured: one address, one kind of load.

export type ServerName = 'site' | 'bare' | 'naive'

export interface Case {
  name: string
  path: string
  /** What the bare server is asked for, if that is not the same. */
  barePath?: string
  accept: string
  /** In one round. Enough that a round takes some seconds at most. */
  requests: number
  connections: number
  /** The servers that answer it. Bare and naive servers have no pages. */
  servers: ServerName[]
  /** Puts a few gigabytes through the machine: fewer rounds, each in a new process, whose memory then counts for this case alone. */
  large?: boolean
}

const json = 'application/json'
const html = 'text/html'
const all: ServerName[] = ['site', 'bare', 'naive']

export const largeBytes = 64 * 1024 * 1024

export const cases: Case[] = [
  { name: 'products, JSON', path: '/products', accept: json, requests: 200, connections: 4, servers: all },
  {
    name: 'products, HTML',
    path: '/products',
    accept: html,
    requests: 200,
    connections: 4,
    servers: ['site', 'bare'],
  },
  {
    name: 'products, JSON, one at a time',
    path: '/products',
    accept: json,
    requests: 200,
    connections: 1,
    servers: ['site', 'bare'],
  },
  {
    name: 'products, HTML, one at a time',
    path: '/products',
    accept: html,
    requests: 200,
    connections: 1,
    servers: ['site', 'bare'],
  },
  { name: 'secret, JSON', path: '/secret', accept: json, requests: 500, connections: 4, servers: all },
  {
    name: 'secret, JSON, bare: a constant',
    path: '/secret',
    barePath: '/constant',
    accept: json,
    requests: 500,
    connections: 4,
    servers: ['site', 'bare'],
  },
  { name: 'secret, HTML', path: '/secret', accept: html, requests: 200, connections: 4, servers: ['site'] },
  { name: 'documents, JSON', path: '/documents', accept: json, requests: 40, connections: 1, servers: all },
  {
    name: 'documents, JSON, 20 at once',
    path: '/documents',
    accept: json,
    requests: 100,
    connections: 20,
    servers: ['site', 'bare'],
  },
  { name: 'home, HTML', path: '/', accept: html, requests: 200, connections: 4, servers: ['site'] },
  {
    name: 'small document',
    path: '/documents/small.txt',
    accept: '*/*',
    requests: 200,
    connections: 4,
    servers: all,
  },
  {
    name: '64 MiB, 8 at once',
    path: '/documents/large.bin',
    accept: '*/*',
    requests: 8,
    connections: 8,
    servers: all,
    large: true,
  },
]
