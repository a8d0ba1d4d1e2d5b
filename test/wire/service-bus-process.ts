/** A broker as a process of its own, so that a test can kill it. Arguments: file, port, entities as JSON. Sends its port. */
import { startServiceBus } from '../../local/service-bus/index.ts';

const [file = '', port = '0', entities = '[]'] = process.argv.slice(2);
const broker = await startServiceBus({ file, port: Number(port), entities: JSON.parse(entities) });
process.send?.(broker.port);
