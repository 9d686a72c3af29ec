// What Microsoft's own parser of the Kusto Query Language says about a query, given the tables of the workspace.
import { createRequire } from 'node:module'
import { readData } from './bicep.ts'

type Table = { source: string; columns: Record<string, string> }

/** The parts of the package that are used here: it has one constructor for each list of parameters. */
interface Globals {
  Kusto: {
    Language: {
      Symbols: {
        DatabaseSymbol: { ctor: new (name: string, tables: object[]) => object }
        TableSymbol: { $ctor7: new (name: string, schema: string, description: string) => object }
      }
      GlobalState: { Default: { WithDatabase(database: object): object } }
      KustoCode: { ParseAndAnalyze(query: string, globals: object): { GetDiagnostics(): object } }
    }
  }
  Bridge: { toArray(list: object): { Message: string }[] }
}

// Scripts for a browser, which put their names into the global scope.
const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
const { Kusto, Bridge } = globalThis as unknown as Globals
const { Symbols, GlobalState, KustoCode } = Kusto.Language

const tables = Object.entries(readData('log-tables.json') as Record<string, Table>)
const workspace = GlobalState.Default.WithDatabase(
  new Symbols.DatabaseSymbol.ctor(
    'workspace',
    tables.map(([name, { columns }]) => new Symbols.TableSymbol.$ctor7(name, schemaOf(columns), '')),
  ),
)

/** The mistakes in a query: its syntax, and names of tables, columns and functions that do not exist. */
export function mistakesIn(query: string): string[] {
  const diagnostics = KustoCode.ParseAndAnalyze(query, workspace).GetDiagnostics()
  return Bridge.toArray(diagnostics).map(({ Message }) => Message)
}

function schemaOf(columns: Record<string, string>): string {
  return `(${Object.entries(columns)
    .map(([name, type]) => `${name}:${type}`)
    .join(', ')})`
}
