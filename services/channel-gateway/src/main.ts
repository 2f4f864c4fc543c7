import { startService } from '@made-open/nest';
import { channelGateway } from './service.ts';

await startService(channelGateway);
