// Compression for pages, style sheet and JSON.
import compression from 'compression'

/**
 * Downloads pass as they are: their length and their ranges count the stored bytes, and whoever stored a document has
 * decided how it is encoded.
 */
export const compress = compression({
  filter: (req, res) => !res.hasHeader('Content-Disposition') && compression.filter(req, res),
})
