import mongoose, { Schema, model } from "mongoose";

const Song = model("Song", new Schema({ plays: Number }));

export async function played(id: string) {
  const song = await Song.findById(id);
  if (!song) return;
  song.plays += 1;
  // racelint-expect: row-read-modify-write
  await song.save();
}
