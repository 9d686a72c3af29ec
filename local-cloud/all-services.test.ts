// The tests of every service that needs the whole cloud, in one process, which shares it. A single file runs by itself as
// well: npx node --test local-cloud/vault/vault.test.ts
import './identity/identity.test.ts'
import './blobs/blobs.test.ts'
import './vault/vault.test.ts'
import './telemetry/telemetry.test.ts'
import './switchboard/switchboard.test.ts'
