// What statements do, through tedious: all themes in one process, on one server. Each of these files can be run alone too.
import './statements/test-constraints.ts'
import './statements/test-errors.ts'
import './statements/test-flow.ts'
import './statements/test-identity.ts'
import './statements/test-table-changes.ts'
import './statements/test-temporary-tables.ts'
import './statements/test-transactions.ts'
import './statements/test-writes.ts'
