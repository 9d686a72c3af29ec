// What Microsoft's own parser of the Kusto Query Language says about a query, given the tables of the workspace.
import { createRequire } from 'node:module'
import { readData } from './bicep.ts'

type Table = { source: string; columns: Record<string, string> }
type Diagnostic = { Severity: string; Message: string }

// Scripts for a browser, which put their names into the global scope.
const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
const { Kusto, Bridge } = globalThis as unknown as {
  // biome-ignore lint/suspicious/noExplicitAny: the types of the package take the compiler seconds to read.
  Kusto: any
  Bridge: { toArray(list: unknown): Diagnostic[] }
}

const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols
const tables = Object.entries(readData('log-tables.json') as Record<string, Table>)
const workspace = Kusto.Language.GlobalState.Default.WithDatabase(
  new DatabaseSymbol.ctor(
    'workspace',
    tables.map(([name, { columns }]) => new TableSymbol.$ctor7(name, schemaOf(columns), '')),
  ),
)

/** The mistakes in a query: its syntax, and names of tables, columns and functions that do not exist. */
export function mistakesIn(query: string): string[] {
  const diagnostics = Kusto.Language.KustoCode.ParseAndAnalyze(query, workspace).GetDiagnostics()
  return Bridge.toArray(diagnostics).map(({ Message }) => Message)
}

function schemaOf(columns: Record<string, string>): string {
  return `(${Object.entries(columns)
    .map(([name, type]) => `${name}:${type}`)
    .join(', ')})`
}
