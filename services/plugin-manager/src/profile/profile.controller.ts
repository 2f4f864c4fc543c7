import { Controller, Get, Inject } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { problemResponse, ref } from '../problem-schema.ts';
import { Profile, type ProfileView } from './profile.ts';

@ApiTags('profile')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/profile')
export class ProfileController {
  constructor(@Inject(Profile) private readonly profile: Profile) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show which rules PLATFORM_PROFILE sets' })
  @ApiResponse({ status: 200, description: 'the profile', schema: ref('Profile') })
  show(): ProfileView {
    return this.profile.view();
  }
}
