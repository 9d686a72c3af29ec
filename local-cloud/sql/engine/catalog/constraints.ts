// Constraints and indexes, kept as rows beside the tables.
import { SqlError } from '../../model/errors.ts'
import type { IndexDefinition } from '../../tsql/syntax.ts'
import type { Store } from '../storage/store.ts'
import { checkText, defaultText } from './definition-text.ts'
import type { Check, Default, ForeignKey, Key, Table } from './table.ts'

export type Constraint = Key | IndexDefinition | Check | ForeignKey | Default

/** What a table is held to, by the kinds that are looked at together. */
export function readConstraints(store: Store, objectId: number) {
  const constraints = store
    .all('SELECT definition FROM constraints WHERE object_id = :object ORDER BY rowid', {
      object: BigInt(objectId),
    })
    .map(([definition]): Constraint => JSON.parse(String(definition)))
  const ofKind = <Kind extends Constraint['kind']>(kind: Kind) =>
    constraints.filter(
      (constraint): constraint is Extract<Constraint, { kind: Kind }> => constraint.kind === kind,
    )
  return {
    keys: ofKind('key'),
    indexes: ofKind('index'),
    checks: ofKind('check'),
    foreignKeys: ofKind('foreign key'),
    defaults: ofKind('default'),
  }
}

export function constraintsOf({ keys, indexes, checks, foreignKeys, defaults }: Table): Constraint[] {
  return [...keys, ...indexes, ...checks, ...foreignKeys, ...defaults]
}

/** The foreign keys that refer to a table, each with the id of the table that has it. */
export function foreignKeysTo(store: Store, table: Table): { objectId: number; foreignKey: ForeignKey }[] {
  return store
    .all(
      "SELECT object_id, definition FROM constraints WHERE json_extract(definition, '$.references.objectId') = :object",
      {
        object: BigInt(table.objectId),
      },
    )
    .map(([objectId, definition]) => ({
      objectId: Number(objectId),
      foreignKey: JSON.parse(String(definition)),
    }))
}

/** @throws SqlError 2714 when the name is taken */
export function recordConstraint(store: Store, objectId: number, constraint: Constraint): void {
  if (!isIndex(constraint) && nameIsTaken(store, objectId, constraint.name)) {
    throw new SqlError(2714, `There is already an object named '${constraint.name}' in the database.`, {
      state: 5,
    })
  }
  store.run('INSERT INTO constraints VALUES (:object, :name, :definition, :shown)', {
    object: BigInt(objectId),
    name: constraint.name,
    definition: JSON.stringify(constraint),
    shown: shownText(constraint),
  })
}

function shownText(constraint: Constraint): string | null {
  if (constraint.kind === 'check') return checkText(constraint.condition)
  return constraint.kind === 'default' ? defaultText(constraint.value) : null
}

export function removeConstraint(store: Store, objectId: number, name: string): void {
  store.run(
    'DELETE FROM constraints WHERE object_id = :object AND collation_key(name) = collation_key(:name)',
    { object: BigInt(objectId), name },
  )
}

/** Gives a constraint without a name one that nothing else has. */
export function freeName(store: Store, { objectId }: Table, ...parts: string[]): string {
  const wanted = parts.join('__').slice(0, 120)
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}_${count}`
    if (!nameIsTaken(store, objectId, name)) return name
  }
}

// Constraints are objects as tables are; the names of indexes only have to differ within their table.
function nameIsTaken(store: Store, objectId: number, name: string): boolean {
  // Temporary tables are in a database of their own.
  const where = objectId < 0 ? 'object_id < 0' : 'object_id > 0'
  const taken = store.all(
    `SELECT 1 FROM objects WHERE collation_key(name) = collation_key(:name) AND ${where}
      UNION ALL SELECT 1 FROM constraints WHERE collation_key(name) = collation_key(:name) AND ${where}
        AND json_extract(definition, '$.isIndex') IS NULL AND json_extract(definition, '$.kind') <> 'index'`,
    { name },
  )
  return taken.length > 0
}

function isIndex(constraint: Constraint): boolean {
  return constraint.kind === 'index' || (constraint.kind === 'key' && constraint.isIndex === true)
}
