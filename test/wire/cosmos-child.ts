/** A Cosmos DB server in a process of its own, for a test that kills it. Prints its endpoint. */
import { startCosmos } from '../../local/cosmos/index.ts';

const [, , file = ':memory:'] = process.argv;
const { endpoint } = await startCosmos({ file });
process.stdout.write(`${endpoint}\n`);
