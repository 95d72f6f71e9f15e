package dev.pale.formats;

final class Draft {}
