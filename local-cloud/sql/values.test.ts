// Values as SQL Server documents them, seen through tedious. The themes stand in test-values/ and share one server.
import { after } from 'node:test'
import { administrator, connect, startTestServer, tokenCredential } from './test-client.ts'
import { arithmeticTests } from './test-values/arithmetic.ts'
import { collationTests } from './test-values/collation.ts'
import { conversionTests } from './test-values/conversions.ts'
import { momentTests } from './test-values/moments.ts'
import { randomArithmeticTests } from './test-values/random-arithmetic.ts'
import { refusalTests } from './test-values/refusals.ts'
import { textTests } from './test-values/text.ts'

const server = await startTestServer()
const connection = await connect(server.port, tokenCredential({ oid: administrator }))
after(() => {
  connection.close()
  server.close()
})

arithmeticTests(connection)
conversionTests(connection)
momentTests(connection)
textTests(connection)
collationTests(connection)
refusalTests(connection)
randomArithmeticTests(connection)
