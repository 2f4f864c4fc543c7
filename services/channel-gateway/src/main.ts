import { runService } from '@made-open/nest';
import { channelGateway } from './service.ts';

await runService(channelGateway);
