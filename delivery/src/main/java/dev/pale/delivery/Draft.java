package dev.pale.delivery;

final class Draft {}
