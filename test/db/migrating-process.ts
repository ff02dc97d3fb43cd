import { openDatabase } from '../../db/open.ts'

/** Migrates the file it is given, and says when it begins. */
const [, , path, first] = process.argv
const copies = [1, 2, 3, 4].map(
  (n) => `CREATE TABLE copy${n} (x INTEGER) STRICT; INSERT INTO copy${n} SELECT x FROM item;`,
)
process.send!('begin')
openDatabase(path!, [...(JSON.parse(first!) as string[]), copies.join('\n')])
