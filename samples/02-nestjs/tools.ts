// #region imports
import { currentCall, Enforce } from '@enforcecore/core';
import { Injectable } from '@nestjs/common';
// #endregion imports

// #region tools
@Injectable()
export class RoomTools {
  @Enforce({ tool: 'find_room' })
  async find(args: { readonly beds: number }): Promise<string> {
    return Promise.resolve(`room 21${String(args.beds)}`);
  }

  @Enforce({ tool: 'book_room' })
  async book(args: { readonly room: string; readonly nights: number }): Promise<string> {
    return Promise.resolve(`${args.room} for ${String(args.nights)} nights, booked by ${currentCall()?.tenant ?? 'nobody'}`);
  }

  @Enforce({ tool: 'close_hotel' })
  async close(): Promise<string> {
    return Promise.resolve('closed');
  }
}
// #endregion tools

@Injectable()
export class GuestTools {
  @Enforce({ tool: 'look_up_guest' })
  async lookUp(args: { readonly name: string }): Promise<{ readonly name: string; readonly mail: string; readonly card: string }> {
    return Promise.resolve({ name: args.name, mail: 'ines@northfjord.example', card: 'NL-204418' });
  }
}

@Injectable()
export class MessageTools {
  readonly sent: string[] = [];

  @Enforce({ tool: 'send_message' })
  async send(args: { readonly to: string; readonly text: string }): Promise<string> {
    this.sent.push(args.text);
    return Promise.resolve(`sent to ${args.to}`);
  }
}
