// The reserved words of T-SQL: none of them can be a name or an alias without brackets. PRECISION is in the list of the
// documentation too, but sys.columns has a column of that name, which needs no brackets.
// https://learn.microsoft.com/sql/t-sql/language-elements/reserved-keywords-transact-sql

const reserved = new Set(
  `ADD ALL ALTER AND ANY AS ASC AUTHORIZATION BACKUP BEGIN BETWEEN BREAK BROWSE BULK BY CASCADE CASE CHECK CHECKPOINT
  CLOSE CLUSTERED COALESCE COLLATE COLUMN COMMIT COMPUTE CONSTRAINT CONTAINS CONTAINSTABLE CONTINUE CONVERT CREATE CROSS
  CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DBCC DEALLOCATE DECLARE DEFAULT DELETE
  DENY DESC DISK DISTINCT DISTRIBUTED DOUBLE DROP DUMP ELSE END ERRLVL ESCAPE EXCEPT EXEC EXECUTE EXISTS EXIT EXTERNAL
  FETCH FILE FILLFACTOR FOR FOREIGN FREETEXT FREETEXTTABLE FROM FULL FUNCTION GOTO GRANT GROUP HAVING HOLDLOCK IDENTITY
  IDENTITY_INSERT IDENTITYCOL IF IN INDEX INNER INSERT INTERSECT INTO IS JOIN KEY KILL LEFT LIKE LINENO LOAD MERGE
  NATIONAL NOCHECK NONCLUSTERED NOT NULL NULLIF OF OFF OFFSETS ON OPEN OPENDATASOURCE OPENQUERY OPENROWSET OPENXML OPTION
  OR ORDER OUTER OVER PERCENT PIVOT PLAN PRIMARY PRINT PROC PROCEDURE PUBLIC RAISERROR READ READTEXT
  RECONFIGURE REFERENCES REPLICATION RESTORE RESTRICT RETURN REVERT REVOKE RIGHT ROLLBACK ROWCOUNT ROWGUIDCOL RULE SAVE
  SCHEMA SECURITYAUDIT SELECT SEMANTICKEYPHRASETABLE SEMANTICSIMILARITYDETAILSTABLE SEMANTICSIMILARITYTABLE SESSION_USER
  SET SETUSER SHUTDOWN SOME STATISTICS SYSTEM_USER TABLE TABLESAMPLE TEXTSIZE THEN TO TOP TRAN TRANSACTION TRIGGER
  TRUNCATE TRY_CONVERT TSEQUAL UNION UNIQUE UNPIVOT UPDATE UPDATETEXT USE USER VALUES VARYING VIEW WAITFOR WHEN WHERE
  WHILE WITH WITHIN WRITETEXT`
    .split(/\s+/)
    .filter(Boolean),
)

/** The reserved words that this parser reads: where one of them is out of place, the statement is at fault. */
const read = new Set(
  `ADD AND AS ASC BEGIN BETWEEN BREAK BY CASCADE CASE CHECK COALESCE COLUMN COMMIT CONSTRAINT CONTINUE CONVERT CREATE
  CURRENT_TIMESTAMP CURRENT_USER DECLARE DELETE DENY DESC DISTINCT DROP ELSE END ESCAPE EXCEPT EXISTS FROM FULL GRANT GROUP
  HAVING IF IN INNER INSERT INTERSECT IS JOIN KEY LEFT LIKE NOT NULL NULLIF ON OR ORDER PRIMARY PRINT RAISERROR REFERENCES
  RETURN REVOKE RIGHT ROLLBACK SAVE SELECT SESSION_USER SET SYSTEM_USER THEN TO TRAN TRANSACTION TRUNCATE UNION UNIQUE UPDATE
  USER VALUES WHEN WHERE WHILE`
    .split(/\s+/)
    .filter(Boolean),
)

/** Words that are not reserved, but with which T-SQL begins a statement, or a part of one, that this parser does not read. */
const others = new Set(
  `APPLY DISABLE ENABLE GENERATED GET HIDDEN IGNORE MASKED MATCHED MOVE OUTPUT PERIOD RANGE RECEIVE RESPECT ROWS SEND
  SETS SPARSE TIES USING WINDOW`
    .split(/\s+/)
    .filter(Boolean),
)

/** Parts of T-SQL that begin with a word which this parser reads elsewhere. */
const phrases = [
  ['DISTINCT', 'FROM'],
  ...['LOOP', 'HASH', 'MERGE', 'REMOTE'].flatMap((hint) => [
    ['INNER', hint],
    ['LEFT', hint],
    ['RIGHT', hint],
    ['FULL', hint],
  ]),
]

export function isReserved(word: string): boolean {
  return reserved.has(word.toUpperCase())
}

/**
 * Finds out whether T-SQL gives these words, of which the parser expected other ones, a meaning that it does not support:
 * then the statement is not the one at fault.
 *
 * @returns what is not supported, by its name
 */
export function unsupportedIn(word: string, nextWord: string): string | undefined {
  const [first, second] = [word.toUpperCase(), nextWord.toUpperCase()]
  const phrase = phrases.find(([a, b]) => a === first && b === second)
  if (phrase) return phrase.join(' ')
  const isKnown = others.has(first) || (reserved.has(first) && !read.has(first))
  return isKnown ? first : undefined
}
