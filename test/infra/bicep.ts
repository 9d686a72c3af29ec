// Reads the template for the tests: names, structure and literals, and no attempt to evaluate anything.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Language, type Node, Parser } from 'web-tree-sitter'

/** A literal as it is, and anything else as its source after an equals sign, as in a spreadsheet: `=location`. */
export type Value = string | number | boolean | null | Value[] | Properties
export type Properties = { [name: string]: Value }

export type Statement = {
  kind: 'param' | 'var' | 'output' | 'resource' | 'module'
  name: string
  /** The arguments of each decorator. */
  decorators: Record<string, Value[]>
  /** Of a resource, its type. Of a module, its path. */
  target: string
  apiVersion: string
  existing: boolean
  /** The expression after `if`. */
  condition: string | undefined
  /** What stands after the equals sign: a default, an expression, a body. */
  value: Value | undefined
}

export type BicepFile = { path: string; source: string; readable: boolean; statements: Statement[] }

const kinds: Record<string, Statement['kind']> = {
  parameter_declaration: 'param',
  variable_declaration: 'var',
  output_declaration: 'output',
  resource_declaration: 'resource',
  module_declaration: 'module',
}

const infra = new URL('../../infra/', import.meta.url)

await Parser.init()
const parser = new Parser()
parser.setLanguage(
  await Language.load(fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))),
)

/** Every Bicep file of the template, main.bicep first. */
export const files: BicepFile[] = ['main.bicep', ...moduleFiles()].map(readBicep)

export function file(path: string): BicepFile {
  return one(files, (each) => each.path === path, path)
}

/** The statements of one kind, in one file or in all. */
export function statements(kind: Statement['kind'], from: BicepFile[] = files): Statement[] {
  return from.flatMap((each) => each.statements.filter((statement) => statement.kind === kind))
}

/** The one resource of its type that the template makes, or the one with this symbolic name among several. */
export function resource(type: string, name?: string): Statement {
  const fits = (each: Statement) =>
    each.target === type && !each.existing && (name === undefined || each.name === name)
  return one(statements('resource'), fits, `${type} ${name ?? ''}`)
}

/** What main.bicep passes to a module that it uses once. */
export function passedTo(path: string): Properties {
  const module = one(statements('module'), (each) => each.target === `./${path}`, path)
  return at(module.value, 'params') as Properties
}

/** The different values that main.bicep passes for one parameter to the modules that have it. */
export function valuesPassed(parameter: string): (Value | undefined)[] {
  const passed = statements('module').map(({ value }) => at(value, 'params') as Properties)
  return [...new Set(passed.filter((params) => parameter in params).map((params) => params[parameter]))]
}

/** The value at a path such as `properties.sku.name`. */
export function at(value: Value | undefined, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>((each, name) => (each as Properties | undefined)?.[name], value)
}

export function readInfra(path: string): string {
  return readFileSync(new URL(path, infra), 'utf8')
}

export function readData(path: string) {
  return JSON.parse(readFileSync(new URL(`data/${path}`, import.meta.url), 'utf8'))
}

function moduleFiles(): string[] {
  return readdirSync(new URL('modules/', infra)).map((name) => `modules/${name}`)
}

function one<T>(all: T[], fits: (each: T) => boolean, wanted: string): T {
  const found = all.filter(fits)
  const [only] = found
  if (found.length !== 1 || only === undefined) throw new Error(`${found.length} of ${wanted}`)
  return only
}

function readBicep(path: string): BicepFile {
  const source = readInfra(path)
  const root = parser.parse(source)?.rootNode
  if (!root) throw new Error(`${path} cannot be parsed`)
  return { path, source, readable: !root.hasError, statements: meaningful(root).flatMap(readStatement) }
}

function readStatement(node: Node): Statement[] {
  const kind = kinds[node.type]
  if (!kind) return []
  // A name, then a type, a target or neither, then a value or, in a parameter, nothing.
  const [name, ...rest] = meaningful(node)
  const target = kind === 'resource' || kind === 'module' ? rest.shift() : undefined
  const last = rest.at(-1)
  const [condition, value] = last?.type === 'if_statement' ? meaningful(last) : [undefined, last]
  const [type = '', apiVersion = ''] = target ? String(read(target)).split('@') : []
  return [
    {
      kind,
      name: name?.text ?? '',
      decorators: readDecorators(node.previousNamedSibling),
      target: type,
      apiVersion,
      existing: node.children.some((child) => child.type === 'existing'),
      condition: condition?.text.slice(1, -1),
      value: value && value.type !== 'type' ? read(value) : undefined,
    },
  ]
}

function readDecorators(node: Node | null): Record<string, Value[]> {
  if (node?.type !== 'decorators') return {}
  const calls = meaningful(node).flatMap(meaningful)
  return Object.fromEntries(
    calls.map((call) => [
      call.childForFieldName('function')?.text,
      meaningful(call.childForFieldName('arguments')).map(read),
    ]),
  )
}

function read(node: Node): Value {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(
        meaningful(node).map((property) => {
          const [key, value] = meaningful(property)
          return [key?.type === 'string' ? String(read(key)) : key?.text, value ? read(value) : null]
        }),
      )
    case 'array':
      return meaningful(node).map(read)
    case 'number':
      return Number(node.text)
    case 'boolean':
      return node.text === 'true'
    case 'null':
      return null
    case 'call_expression':
      return readConcat(node) ?? `=${node.text}`
    case 'string':
      if (meaningful(node).some((part) => part.type === 'interpolation')) return `=${node.text}`
      // Between three quotes nothing is escaped, and a first line break does not count.
      if (node.text.startsWith("'''")) return node.text.slice(3, -3).replace(/^\n/, '')
      return node.text.slice(1, -1).replace(/\\(.)/g, '$1')
    default:
      return `=${node.text}`
  }
}

/** Arrays that are put together, as one array: what is no literal stays an expression in its place. */
function readConcat(node: Node): Value[] | undefined {
  if (node.childForFieldName('function')?.text !== 'concat') return undefined
  const parts = meaningful(node.childForFieldName('arguments')).map(read)
  return parts.some(Array.isArray) ? parts.flat() : undefined
}

function meaningful(node: Node | null): Node[] {
  return node?.namedChildren.filter((child) => child !== null && !child.type.endsWith('comment')) ?? []
}
